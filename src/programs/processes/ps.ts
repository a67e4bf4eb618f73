import type { ProcessInfo } from "../../runtime/container.ts";
import type { Process } from "../../runtime/process.ts";
import { strftime } from "../../runtime/strftime.ts";
import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";

interface Column {
  readonly title: string;
  /** Negative: to the left. The last column is not padded. */
  readonly width: number;
  value(info: ProcessInfo, process: Process): string;
}

const columns: Readonly<Record<string, Column>> = {
  pid: { title: "PID", width: 5, value: ({ pid }) => String(pid) },
  ppid: { title: "PPID", width: 5, value: ({ parentPid }) => String(parentPid) },
  pgid: { title: "PGID", width: 5, value: ({ group }) => String(group) },
  user: { title: "USER", width: -8, value: ({ user }) => user },
  time: { title: "TIME", width: 5, value: ({ cpuNanoseconds }) => minutes(cpuNanoseconds) },
  etime: { title: "ELAPSED", width: 7, value: ({ startedAt }, { clock }) => elapsed(clock.now() - startedAt) },
  comm: { title: "COMMAND", width: -16, value: commandName },
  args: { title: "COMMAND", width: -27, value: commandLine },
  stat: { title: "STAT", width: -4, value: ({ state }) => (state === "zombie" ? "Z" : "S") },
  vsz: { title: "VSZ", width: -4, value: ({ state }) => (state === "zombie" ? "0" : "4400") },
  rss: { title: "RSS", width: -4, value: ({ state }) => (state === "zombie" ? "0" : "1024") },
  tty: { title: "TT", width: -6, value: () => "?" },
  nice: { title: "NI", width: 5, value: () => "0" },
};

const aliases: Readonly<Record<string, string>> = {
  cmd: "args",
  command: "args",
  s: "stat",
  state: "stat",
  ruser: "user",
  uid: "user",
  tt: "tty",
  ni: "nice",
  ucmd: "comm",
};

export const ps = applet({
  names: ["ps"],
  usage: "[-o COL1,COL2=HEADER] [-T]",
  help: `
Show list of processes

	-o COL1,COL2=HEADER	Select columns for display
	-T			Show threads`,
  options: "o:TefaAxuwlp:C:U:Hj",
  rewrite: (args) => args.map((arg) => (/^[auxefwlj]+$/u.test(arg) ? `-${arg}` : arg)),
  async run(call) {
    const shown = columnsOf(call);
    const infos = selected(call);
    const { process, options, out } = call;
    if (
      process.container.image.base === "debian" &&
      options.last("oeufaAx") !== "o" &&
      options.last("ufx") !== undefined
    ) {
      await printLong(call, infos);
      return;
    }
    const last = shown.length - 1;
    const headers = shown.map(([{ width }, header], at) => (at === last ? header : header.padEnd(Math.abs(width))));
    if (shown.some(([, header]) => header !== "")) await out.print(`${headers.join(" ")}\n`);
    for (const info of infos) {
      const cells = shown.map(([column], at) => aligned(column, column.value(info, process), at === last));
      await out.print(`${cells.join(" ")}\n`);
    }
  },
});

function aligned({ width }: Column, text: string, last: boolean): string {
  if (width > 0) return text.padStart(width);
  return last ? text : text.padEnd(-width);
}

function columnsOf({ options }: Call): (readonly [Column, string])[] {
  const asked = options.values("o").join(",");
  const names = asked === "" ? ["pid", "user", "time", "args"] : asked.split(/[,\s]+/u);
  return names.map((name) => {
    const [key = "", header] = name.split("=");
    const column = columns[aliases[key] ?? key];
    if (column === undefined)
      throw new Failure(`bad -o argument '${name}', supported arguments: ${Object.keys(columns).join(",")}`);
    return [column, header ?? column.title];
  });
}

function selected({ process, options }: Call): ProcessInfo[] {
  const pids = options.value("p")?.split(",").map(Number);
  const name = options.value("C");
  return [...process.container.processes.values()]
    .filter((info) => (pids?.includes(info.pid) ?? true) && (name === undefined || commandName(info) === name))
    .toSorted((a, b) => a.pid - b.pid);
}

/** procps's `ps aux`, `ps -ef` and `ps -elf`. */
async function printLong({ process, options, out }: Call, infos: readonly ProcessInfo[]): Promise<void> {
  const started = (info: ProcessInfo) => strftime("%H:%M", info.startedAt);
  const percent = ({ cpuNanoseconds, startedAt }: ProcessInfo) => {
    const ms = process.clock.now() - startedAt;
    return ms > 0 ? cpuNanoseconds / 1e4 / ms : 0;
  };
  if (options.has("u")) {
    await out.print("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
    for (const info of infos) {
      const cpu = percent(info).toFixed(1).padStart(4);
      const head = `${userOf(info)} ${String(info.pid).padStart(7)} ${cpu}  0.0   4400  1024 ?        `;
      const state = info.state === "zombie" ? "Z " : "Ss";
      const time = minutes(info.cpuNanoseconds).padStart(6);
      await out.print(`${head}${state}   ${started(info)} ${time} ${commandLine(info)}\n`);
    }
    return;
  }
  const isLong = options.has("l");
  const [flags, memory] = isLong ? ["F S ", " PRI  NI ADDR SZ WCHAN "] : ["", ""];
  await out.print(`${flags}UID          PID    PPID  C${memory} STIME TTY          TIME CMD\n`);
  for (const info of infos) {
    const state = isLong ? `4 ${info.state === "zombie" ? "Z" : "S"} ` : "";
    const ids = `${state}${userOf(info)} ${String(info.pid).padStart(7)} ${String(info.parentPid).padStart(7)}`;
    const cpu = String(Math.min(99, Math.floor(percent(info)))).padStart(2);
    const size = isLong ? "  80   0 -  1100 -     " : "";
    await out.print(
      `${ids} ${cpu}${size} ${started(info)} ?        ${inHours(info.cpuNanoseconds)} ${commandLine(info)}\n`,
    );
  }
}

/** A long name is cut off, and marked so. */
function userOf({ user }: ProcessInfo): string {
  return user.length > userWidth ? `${user.slice(0, userWidth - 1)}+` : user.padEnd(userWidth);
}

const userWidth = 8;

/** Without its directory and arguments. */
export function commandName({ command }: ProcessInfo): string {
  return command[0]?.split("/").pop() ?? "";
}

/** What ps shows; a zombie's is only its name, in brackets. */
export function commandLine(info: ProcessInfo): string {
  return info.state === "zombie" ? `[${commandName(info)}]` : info.command.join(" ");
}

/** `1:05`, of processor time. */
function minutes(cpuNanoseconds: number): string {
  const seconds = Math.floor(cpuNanoseconds / 1e9);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `00:01:05`, of processor time. */
function inHours(cpuNanoseconds: number): string {
  const seconds = Math.floor(cpuNanoseconds / 1e9);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const hours = Math.floor(seconds / 3600);
  return hours < 24
    ? `${hours}h${two(Math.floor((seconds % 3600) / 60))}`
    : `${Math.floor(hours / 24)}d${two(hours % 24)}`;
}
