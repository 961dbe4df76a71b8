// An archive of tar into the file system of a Python, without a copy of what is in it.
const text = new TextDecoder();
const BLOCK = 512;

const field = (header, from, length) => text.decode(header.subarray(from, from + length)).replace(/\0.*$/s, "");

/** Put files in their places; `places` says where each of the outermost folders goes. */
export function unpack(fs, archive, places) {
  for (let at = 0; archive[at]; ) {
    const header = archive.subarray(at, at + BLOCK);
    const name = [field(header, 345, 155), field(header, 0, 100)].filter(Boolean).join("/");
    const size = parseInt(field(header, 124, 12), 8), from = at + BLOCK;
    const [first, ...rest] = name.split("/"), file = rest.pop(), folder = [places[first], ...rest].join("/");
    fs.mkdirTree(folder);
    fs.createDataFile(folder, file, archive.subarray(from, from + size), true, true, true);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
}
