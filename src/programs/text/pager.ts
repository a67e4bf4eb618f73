import { decodeText } from "../../runtime/text.ts";
import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachSource, readWhole, sourceOrComplaint } from "../input.ts";
import { openForReading } from "../open.ts";

/** `more` and `less`: a page at a time on a terminal, all at once elsewhere. */
export const pager = applet({
  names: ["more", "less"],
  usage: "[-NRSFXEMm] [FILE]...",
  help: "View FILE (or stdin) one screenful at a time",
  options: "ENRSFXMmIi~nqe",
  directory: "/usr/bin",
  async run(call) {
    const { process, operands, out } = call;
    if (operands.length === 0 && process.stdin.isTerminal) throw new Failure("Missing filename", 1);
    if (!process.stdout.isTerminal || process.terminal === undefined) {
      return forEachSource(call, operands, async (source) => {
        for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await out.write(chunk);
      });
    }
    const pieces: string[] = [];
    let exitCode = 0;
    for (const path of operands.length === 0 ? ["-"] : operands) {
      const source = await sourceOrComplaint(call, path);
      if (source === undefined) exitCode = 1;
      else pieces.push(decodeText(await readWhole(source)));
    }
    const lines = pieces.join("").replace(/\n$/u, "").split("\n");
    const numbered = lines.map((line, at) => `${String(at + 1).padStart(7)} ${line}`);
    await browse(call, call.options.has("N") ? numbered : lines);
    return exitCode;
  },
});

/** Space: a page on; Enter or j: a line on; b and k: back; g and G: to the ends; q: the end. */
async function browse(call: Call, lines: readonly string[]): Promise<void> {
  const { process, out } = call;
  const { terminal } = process;
  if (terminal === undefined) return;
  const page = Math.max(1, terminal.height - 1);
  if (lines.length <= page && (call.name === "more" || call.options.has("F"))) {
    await out.print(`${lines.join("\n")}\n`);
    return;
  }
  const before = terminal.mode;
  const keys = openForReading(process, "/dev/tty");
  terminal.mode = "raw";
  try {
    let top = 0;
    let sought = "";
    const last = Math.max(0, lines.length - page);
    const isEnd = () => top >= last;
    await show(call, screenOf(lines, top, page), isEnd());
    for (;;) {
      const key = Buffer.from((await keys.read()) ?? "q").toString();
      if (leaving.has(key)) return;
      if (key.startsWith("/")) sought = (await readPattern(call, keys, key.slice(1))) || sought;
      if (key.startsWith("/") || key === "n") {
        const from = top;
        const found = lines.findIndex((line, at) => at > from && line.includes(sought));
        top = found < 0 ? top : found;
        await show(call, screenOf(lines, top, page), isEnd(), found < 0);
        continue;
      }
      const next = Math.max(0, Math.min(last, moved(key, { top, page, last })));
      if (next === last && top === last && call.name === "more") return;
      top = next;
      await show(call, screenOf(lines, top, page), isEnd());
    }
  } finally {
    terminal.mode = before;
    keys.close();
    await out.print("\r\u001B[K");
    await out.flush();
  }
}

/** Beyond the end there are tildes. */
function screenOf(lines: readonly string[], top: number, page: number): readonly string[] {
  return Array.from({ length: page }, (_, at) => lines[top + at] ?? "~");
}

/** What is typed behind `/`; empty when it is given up. */
async function readPattern({ out }: Call, keys: ReturnType<typeof openForReading>, typed: string): Promise<string> {
  const [whole = "", ...more] = typed.split(/[\r\n]/u);
  if (more.length > 0) return whole;
  let pattern = typed;
  for (;;) {
    await out.print(`\r\u001B[K/${pattern}`);
    await out.flush();
    const key = Buffer.from((await keys.read()) ?? "\r").toString();
    const end = /[\r\n]/u.exec(key)?.index;
    if (end !== undefined) return pattern + key.slice(0, end);
    if (key === "\u0003" || key === escape) return "";
    pattern = key === "\u007F" || key === "\b" ? pattern.slice(0, -1) : pattern + key;
  }
}

const escape = "\u001B";
const leaving = new Set(["q", "Q", "\u0003", "\u0004"]);

type Move = (at: { readonly top: number; readonly page: number; readonly last: number }) => number;

const forth: Move = ({ top }) => top + 1;
const back: Move = ({ top }) => top - 1;
const pageBack: Move = ({ top, page }) => top - page;

const moves: ReadonlyMap<string, Move> = new Map([
  ["\r", forth],
  ["\n", forth],
  ["j", forth],
  [`${escape}[B`, forth],
  ["k", back],
  [`${escape}[A`, back],
  ["b", pageBack],
  [`${escape}[5~`, pageBack],
  ["g", () => 0],
  ["G", ({ last }) => last],
]);

function moved(key: string, at: Parameters<Move>[0]): number {
  return moves.get(key)?.(at) ?? at.top + at.page;
}

async function show({ out, name }: Call, lines: readonly string[], isEnd: boolean, isLost = false): Promise<void> {
  const place = isEnd ? "\u001B[7m(END)\u001B[m" : ":";
  const prompt = name === "more" ? "--More--" : isLost ? "\u001B[7mPattern not found\u001B[m" : place;
  await out.print(`\u001B[H\u001B[J${lines.join("\n")}\n${prompt}`);
  await out.flush();
}
