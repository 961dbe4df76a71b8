// Compiles what will be in the tab, in the same Python: node compile.mjs PYODIDE STAGE
import { pathToFileURL } from "node:url";

const [pyodide, root] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide();
python.FS.mkdirTree("/stage");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/stage");
// What people may read in an error has its lines beside it, and so has anyio, which reads in them
// what names it has; the other libraries have their bytecode alone.
python.runPython(`
import pathlib, py_compile
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for file in sorted(pathlib.Path("/stage").rglob("*.py")):
    kept = file.parts[2] == "ours" or file.parts[3] == "anyio"
    cached = file.parent / "__pycache__" / f"{file.stem}.cpython-314.pyc"
    there = cached if kept else file.with_suffix(".pyc")
    place = {"ours": "/shop", "libraries": "/lib/python3.14/site-packages"}[file.parts[2]]
    name = "/".join((place, *file.parts[3:]))
    py_compile.compile(str(file), str(there), name, doraise=True, invalidation_mode=mode)
    if not kept:
        file.unlink()
`);
