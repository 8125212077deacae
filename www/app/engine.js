// The playbook in two forms: as the engine takes it, asked for after consent only, and as words.

const beside = (path) => new URL(path, import.meta.url)

async function fetched(path) {
  const response = await fetch(beside(path))
  if (!response.ok) throw new Error(`${path.slice(3)} answered ${response.status}`)
  return response
}

export async function openPlaybook() {
  const [{ default: init, Playbook }, bytes] = await Promise.all([
    import('../leadstage/visitor.js'),
    fetched('../acme.leadstage').then((response) => response.arrayBuffer()),
  ])
  await init()
  return Playbook.load(new Uint8Array(bytes))
}

export const openDefinition = () => fetched('../questions.json').then((response) => response.json())
