// Prints the bytes of a file, as they are and after Brotli at its strongest.
const { readFileSync } = require('node:fs')
const { brotliCompressSync, constants } = require('node:zlib')

const bytes = readFileSync(process.argv[2])
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
console.log(bytes.length, brotliCompressSync(bytes, { params }).length)
