// Values that no caller should send and some will. Each is made afresh, for some can be used once only.

const thrower = (what) => ({ get value() { throw new Error(what) } })
const circle = () => {
  const object = { attribute: 'account.industry' }
  object.value = object
  return object
}
const deep = (levels) => {
  let value = 1
  for (let level = 0; level < levels; level += 1) value = { value }
  return value
}
/** An object with so many keys. */
export const manyKeys = (count) => Object.fromEntries(Array.from({ length: count }, (_, key) => [`k${key}`, key]))
const proxy = (trap) => new Proxy({ attribute: 'account.industry' }, { [trap]() { throw new Error(trap) } })
const revoked = () => {
  const { proxy: object, revoke } = Proxy.revocable({}, {})
  revoke()
  return object
}
class Foreign {
  attribute = 'account.industry'
  value = 'software'
}

/** Name and maker of each. */
export const hostile = Object.entries({
  nothing: () => undefined,
  null: () => null,
  'a symbol': () => Symbol('x'),
  'a function': () => () => 1,
  'a class': () => Foreign,
  'a BigInt': () => 1n,
  NaN: () => NaN,
  Infinity: () => Infinity,
  'minus Infinity': () => -Infinity,
  'minus zero': () => -0,
  'a huge number': () => 1e308,
  'the least number': () => 5e-324,
  'too large a whole number': () => 2 ** 53,
  'half a surrogate pair': () => 'a\uD800b',
  'the other half': () => '\uDC00',
  'a long text': () => 'x'.repeat(1_000_000),
  'an empty text': () => '',
  'control letters': () => '\u0000\u0001\u001f',
  'a circle': circle,
  'a circle of lists': () => {
    const list = []
    list.push(list)
    return list
  },
  'ten thousand levels': () => deep(10_000),
  'a getter that throws': () => thrower('on purpose'),
  'a getter that throws nothing': () => ({ get attribute() { throw undefined } }),
  'a prototype as key': () => JSON.parse('{"__proto__": {"value": 1}, "attribute": "account.industry"}'),
  'a constructor as key': () => JSON.parse('{"constructor": {"prototype": {"value": 1}}}'),
  'an object with an odd prototype': () => Object.create({ attribute: 'account.industry', value: 'software' }),
  'an instance of a class': () => new Foreign(),
  'an object without prototype': () => Object.create(null),
  'a Map': () => new Map([['attribute', 'account.industry']]),
  'a Set': () => new Set([1]),
  'a promise': () => Promise.resolve(1),
  'a regular expression': () => /x/,
  'an error': () => new Error('x'),
  'an invalid Date': () => new Date(NaN),
  'a far Date': () => new Date(8.64e15),
  'boxed text': () => Object('software'),
  'boxed number': () => Object(1),
  bytes: () => new Uint8Array([1, 2, 3]),
  'no bytes': () => new Uint8Array(0),
  'an ArrayBuffer': () => new ArrayBuffer(8),
  'a DataView': () => new DataView(new ArrayBuffer(8)),
  'a list with holes': () => Array(1_000),
  'a list as long as lists get': () => Array(2 ** 32 - 1),
  'a list that says it is longer': () => Object.assign([], { length: 2 ** 31 }),
  'a long list': () => Array.from({ length: 20_000 }, () => 'software'),
  'many keys': () => manyKeys(5_000),
  'a proxy that throws on get': () => proxy('get'),
  'a proxy that throws on ownKeys': () => proxy('ownKeys'),
  'a proxy that throws on getPrototypeOf': () => proxy('getPrototypeOf'),
  'a proxy that throws on getOwnPropertyDescriptor': () => proxy('getOwnPropertyDescriptor'),
  'a revoked proxy': revoked,
  'a proxy of a list': () => new Proxy([1], {}),
  'a proxy of a Date': () => new Proxy(new Date(0), {}),
  'an object with toJSON': () => ({ toJSON() { throw new Error('toJSON') } }),
  'an object with valueOf': () => ({ valueOf() { throw new Error('valueOf') }, toString() { throw new Error('toString') } }),
  'an object with toPrimitive': () => ({ [Symbol.toPrimitive]() { throw new Error('toPrimitive') } }),
})
