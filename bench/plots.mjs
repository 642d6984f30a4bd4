// Draws bars as SVG that can be read on light and on dark pages.

const WIDTH = 760;
const LABEL = 270;
const ROW = 26;
const TOP = 46;
const END = 90;

const escape = (text) => `${text}`.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .note { fill: #59636e; font-size: 12px }
  .a { fill: #2f6f4f } .b { fill: #7a8793 } .c { fill: #b4532a } .d { fill: #3b5b92 } .e { fill: #a58b2e }
  .target { stroke: #1f2328; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note { fill: #9198a1 } .target { stroke: #e6edf3 }
    .a { fill: #4fae80 } .b { fill: #8b96a1 } .c { fill: #e0824f } .d { fill: #7ea2e6 } .e { fill: #d2b655 }
  }`;

/**
 * Draws a bar for each row `{ label, parts: [{ value, kind }], text }`, where a kind is one of the colours a to e. `target`
 * is a value to mark, `legend` the names of the kinds.
 */
export function bars({ title, rows, target, legend = {} }) {
  const total = ({ parts }) => parts.reduce((sum, { value }) => sum + value, 0);
  const most = Math.max(...rows.map(total), target ?? 0) || 1;
  const scale = (WIDTH - LABEL - END) / most;
  const height = TOP + rows.length * ROW + 10;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="0" y="16">${escape(title)}</text>`,
  ];
  let at = LABEL;
  for (const [kind, name] of Object.entries(legend)) {
    out.push(`<rect class="${kind}" x="${at}" y="${TOP - 18}" width="10" height="10"/>`);
    out.push(`<text class="note" x="${at + 14}" y="${TOP - 9}">${escape(name)}</text>`);
    at += 30 + name.length * 7;
  }
  for (const [index, row] of rows.entries()) {
    const y = TOP + index * ROW;
    let x = LABEL;
    out.push(`<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${escape(row.label)}</text>`);
    for (const { value, kind } of row.parts) {
      const width = value * scale;
      out.push(`<rect class="${kind}" x="${x.toFixed(1)}" y="${y + 3}" width="${width.toFixed(1)}" height="16"/>`);
      x += width;
    }
    out.push(`<text class="note" x="${(x + 6).toFixed(1)}" y="${y + 15}">${escape(row.text)}</text>`);
  }
  if (target !== undefined) {
    const x = (LABEL + target * scale).toFixed(1);
    out.push(`<line class="target" x1="${x}" x2="${x}" y1="${TOP - 2}" y2="${height - 8}"/>`);
  }
  return `${out.join("\n")}\n</svg>\n`;
}
