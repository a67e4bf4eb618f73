/** A name with what it is shown as, colours and all. */
export interface Cell {
  readonly text: string;
  readonly width: number;
}

interface Layout {
  readonly width: number;
  readonly byLines: boolean;
}

const gap = 2;
const narrowest = 3;
const tab = 8;

/** Names in as many columns as fit, each as wide as its widest; tabs take the place of spaces. */
export function columnsOf(cells: readonly Cell[], { width, byLines }: Layout): string {
  const { rows, widths } = bestLayout(cells, { width, byLines });
  const columns = widths.length;
  let out = "";
  for (let row = 0; row < rows; row++) {
    let position = 0;
    let start = 0;
    for (let column = 0; column < columns; column++) {
      const cell = cells[byLines ? row * columns + column : column * rows + row];
      if (cell === undefined) break;
      out += indent(position, start) + cell.text;
      position = start + cell.width;
      start += widths[column] ?? 0;
    }
    out += "\n";
  }
  return out;
}

function bestLayout(cells: readonly Cell[], { width, byLines }: Layout): { rows: number; widths: number[] } {
  const most = Math.max(1, Math.min(cells.length, Math.floor(width / narrowest)));
  for (let columns = most; columns > 1; columns--) {
    const rows = Math.ceil(cells.length / columns);
    const columnOf = (index: number) => (byLines ? index % columns : Math.floor(index / rows));
    const widths = Array.from({ length: columns }, () => narrowest);
    for (const [index, cell] of cells.entries()) {
      const column = columnOf(index);
      const needed = cell.width + (column === columns - 1 ? 0 : gap);
      widths[column] = Math.max(widths[column] ?? 0, needed);
    }
    if (widths.reduce((sum, one) => sum + one, 0) < width) return { rows, widths };
  }
  return { rows: cells.length, widths: [0] };
}

function indent(from: number, to: number): string {
  let out = "";
  let at = from;
  while (at < to) {
    if (Math.floor(to / tab) > Math.floor((at + 1) / tab)) {
      out += "\t";
      at += tab - (at % tab);
    } else {
      out += " ";
      at++;
    }
  }
  return out;
}
