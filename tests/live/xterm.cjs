// xterm.js without a window: node xterm.cjs COLUMNS ROWS.  It reads orders and writes answers, one line of JSON each:
// {"feed": BYTES IN HEX} and {"resize": [COLUMNS, ROWS]} change the screen, {} asks how it looks.
// See Xterm in emulators.py.  To install: npm install --no-save @xterm/headless
const { Terminal } = require('@xterm/headless');
const readline = require('readline');

const [columns, rows] = process.argv.slice(2).map(Number);
const terminal = new Terminal({ cols: columns, rows: rows, scrollback: 100000, allowProposedApi: true });
let answer = '';
terminal.onData((data) => { answer += data; });

function row(line) {
  const characters = [];
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line?.getCell(x);
    if (!cell || !cell.getWidth()) continue;
    const attributes = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor(), cell.isBold(), cell.isDim(),
      cell.isItalic(), cell.isUnderline(), cell.isInverse()].join();
    for (const character of cell.getChars() || ' ') characters.push([x, character, attributes]);
  }
  return characters;
}

function screen() {
  const active = terminal.buffer.active;
  const all = (buffer, from, to) => Array.from({ length: to - from }, (_, y) => row(buffer.getLine(from + y)));
  return {
    rows: all(active, active.baseY, active.baseY + terminal.rows),
    scrolled: active.type === 'normal' ? all(active, 0, active.baseY) : [],
    cursor: [Math.min(active.cursorX, terminal.cols - 1), active.cursorY],
  };
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.resize) terminal.resize(...order.resize);
  terminal.write(Buffer.from(order.feed ?? '', 'hex'), () => {
    process.stdout.write(JSON.stringify({ answer, ...(order.feed === undefined ? screen() : {}) }) + '\n');
    answer = '';
  });
});
