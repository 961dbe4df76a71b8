// Plays `played.py` in Pyodide, a Python 3.14 that needs no installation but Node.
// node run.mjs PYODIDE SIM SITE_PACKAGES HERE
import { pathToFileURL } from "node:url";

const [pyodide, ...folders] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide();
folders.forEach((root, number) => {
  python.FS.mkdirTree(`/lib/its/${number}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, `/lib/its/${number}`);
});
const code = "import sys; sys.path += [f'/lib/its/{n}' for n in range(3)]\n"
  + "import asyncio, played\nawait asyncio.ensure_future(played.twice())";
console.log(await python.runPythonAsync(code));
