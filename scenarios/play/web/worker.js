// The Python of the tab, beside the page, which stays alive whatever is played here.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { unpack } from "./tar.js";

const PLACES = { ours: "/shop", libraries: "/lib/python3.14/site-packages" };
const say = (progress) => postMessage({ progress });

async function fetched(name) {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return answer;
}

/** Served as it is: a server that names gzip as its encoding would have unpacked it already. */
async function packages() {
  const held = await (await fetched("packages.tar.gz")).blob();
  const [first, second] = new Uint8Array(await held.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  const plain = isPacked ? new Response(held.stream().pipeThrough(new DecompressionStream("gzip"))) : held;
  return new Uint8Array(await plain.arrayBuffer());
}

async function open() {
  const began = performance.now();
  const marks = {};
  const mark = (name) => { marks[name] = Math.round(performance.now() - began); };
  say("fetching Python and the shop");
  const [python, packed] = await Promise.all([loadPyodide(), packages()]);
  mark("python");
  say("unpacking the shop");
  unpack(python.FS, packed, PLACES);
  mark("unpacked");
  say("importing the shop");
  python.runPython("import sys; sys.path += ['/shop']");
  const tab = python.pyimport("scenarios.play.tab");
  mark("imported");
  return { ask: tab.ask, marks };
}

const opened = open();
opened.then(({ marks }) => postMessage({ ready: marks }), () => {}); // whoever asks is told

addEventListener("message", async ({ data: { number, asked } }) => {
  let answer, what = "could not be loaded";
  try {
    const { ask } = await opened;
    what = "has ended"; // for want of memory, say
    answer = ask(asked, say);
    if (typeof answer !== "string") throw new Error("what was run has ended it, as os._exit does");
  } catch (error) {
    answer = JSON.stringify({ error: `the Python of this page ${what}: ${String(error.message ?? error).trim().split("\n").at(-1)}` });
  }
  postMessage({ number, answer });
});
