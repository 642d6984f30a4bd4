// Shortens the names by which the main module of the WASM and its script call each other. They end in hashes, which compress
// badly, and both files have all of them.

/** Reads a number of variable length. Returns it and the offset behind it. */
function number(bytes, at) {
  for (let [value, shift] = [0, 0]; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at];
  }
}

function written(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

const text = (string) => Buffer.concat([written(Buffer.byteLength(string)), Buffer.from(string)]);

function readText(bytes, at) {
  const [length, start] = number(bytes, at);
  return [bytes.toString("utf8", start, start + length), start + length];
}

/** The end of the description of an import, whose first byte is its kind. */
function endOfImport(bytes, at) {
  const kind = bytes[at++];
  if (kind === 0) return number(bytes, at)[1];
  if (kind === 3) return at + 2;
  if (kind === 4) return number(bytes, at + 1)[1];
  // A table, after the type of its elements, or a memory: one limit or two.
  if (kind === 1) at += 1;
  const hasMost = bytes[at++] & 1;
  const least = number(bytes, at)[1];
  return hasMost ? number(bytes, least)[1] : least;
}

function renamedImports(bytes, rename) {
  let [count, at] = number(bytes, 0);
  const parts = [written(count)];
  for (; count > 0; count -= 1) {
    const [module, afterModule] = readText(bytes, at);
    const [name, afterName] = readText(bytes, afterModule);
    at = endOfImport(bytes, afterName);
    parts.push(text(module), text(rename(module, name)), bytes.subarray(afterName, at));
  }
  return Buffer.concat(parts);
}

function renamedExports(bytes, rename) {
  let [count, at] = number(bytes, 0);
  const parts = [written(count)];
  for (; count > 0; count -= 1) {
    const [name, afterName] = readText(bytes, at);
    at = number(bytes, afterName + 1)[1];
    parts.push(text(rename(name)), bytes.subarray(afterName, at));
  }
  return Buffer.concat(parts);
}

/** Returns the script and the WASM with short names for what the script gives to the WASM, and for what it calls by a mangled name. */
export function withShortNames(script, wasm, module) {
  const names = new Map();
  const short = (name) => {
    if (!names.has(name)) names.set(name, `_${names.size.toString(36)}`);
    return names.get(name);
  };
  const renameImport = (from, name) => (from === module ? short(name) : name);
  const renameExport = (name) => (name.startsWith("_ZN") ? short(name) : name);
  const parts = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at];
    const [size, start] = number(wasm, at + 1);
    const content = wasm.subarray(start, start + size);
    const renamed = id === 2 ? renamedImports(content, renameImport) : id === 7 ? renamedExports(content, renameExport) : content;
    parts.push(Buffer.from([id]), written(renamed.length), renamed);
    at = start + size;
  }
  // Names are long and unlike any other word of the script.
  const renamed = script.replace(/\b_[_Z]\w+/g, (name) => names.get(name) ?? name);
  const result = Buffer.concat(parts);
  check(renamed, result, module);
  return [renamed, result];
}

/** Fails if the script does not give the WASM what it needs, or calls what is not there. */
function check(script, wasm, module) {
  const compiled = new WebAssembly.Module(wasm);
  const given = new Set([...script.matchAll(/^ {8}(\w+): function/gm)].map(([, name]) => name));
  const missing = WebAssembly.Module.imports(compiled).filter((one) => one.module === module && !given.has(one.name));
  const there = new Set(WebAssembly.Module.exports(compiled).map(({ name }) => name));
  const called = [...script.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name).filter((name) => !there.has(name));
  if (missing.length > 0 || called.length > 0) {
    throw new Error(`the script and the WASM do not fit: ${[...missing.map(({ name }) => name), ...called].join(", ")}`);
  }
}
