// One worker that does one job at a time. A job that is replaced before its turn is dropped; one that takes too long
// is ended together with its worker, and the next one gets a new worker.

export class Runner {
  #url
  #milliseconds
  #worker = null
  #ready = null
  #running = null
  #waiting = null
  #next = 1

  constructor(url, milliseconds) {
    this.#url = url
    this.#milliseconds = milliseconds
  }

  /** Resolves to an answer, or to null where another job took its place. Rejects with `tooLong` on the error where it was ended. */
  ask(job) {
    return new Promise((resolve, reject) => {
      this.#waiting?.resolve(null)
      this.#waiting = { job, resolve, reject }
      void this.#turn()
    })
  }

  async #turn() {
    if (this.#running || !this.#waiting) return
    const task = this.#waiting
    this.#waiting = null
    this.#running = task
    try {
      await this.#open()
      task.resolve(await this.#wait(task.job))
    } catch (error) {
      this.end()
      task.reject(error)
    }
    this.#running = null
    void this.#turn()
  }

  /** Loading has no limit: the network may be slow. */
  #open() {
    if (this.#worker) return this.#ready
    const worker = new Worker(this.#url, { type: 'module', name: 'leadstage' })
    this.#worker = worker
    this.#ready = new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => {
        if (data.ready) resolve()
        if (data.failed) reject(new Error(data.failed))
      })
      worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker could not be loaded')))
    })
    return this.#ready
  }

  #wait(job) {
    const id = (this.#next += 1)
    const worker = this.#worker
    return new Promise((resolve, reject) => {
      const done = (act, value) => {
        clearTimeout(timer)
        worker.removeEventListener('message', hear)
        act(value)
      }
      const hear = ({ data }) => {
        if (data.id !== id) return
        if (data.error === undefined) done(resolve, data.answer)
        else done(reject, new Error(data.error))
      }
      const timer = setTimeout(() => done(reject, Object.assign(new Error(`stopped after ${this.#milliseconds / 1000} seconds`), { tooLong: true })), this.#milliseconds)
      worker.addEventListener('message', hear)
      worker.postMessage({ id, ...job })
    })
  }

  /** Ends the worker; a job that runs is dropped with it. */
  end() {
    this.#worker?.terminate()
    this.#worker = null
  }
}
