import type { Duplex } from "node:stream";

import { NetworkError } from "../../network/network.ts";
import { serveProgram } from "../../programs/network/nc/serve-program.ts";
import type { Image } from "../../runtime/image.ts";
import { Killed, type Process } from "../../runtime/process.ts";
import { mysqlClient, optionsOf } from "./mysql-client.ts";

const dataDirectory = "/var/lib/mysql";
const logFile = "mysql-bin.000003";
const logPosition = 154;

/** Percona XtraBackup with ncat: copies a running MySQL. https://kubernetes.io/docs/tasks/run-application/run-replicated-stateful-application/ */
export const xtrabackup: Image = {
  names: ["gcr.io/google-samples/xtrabackup"],
  base: "debian",
  command: ["bash"],
  sizeMiB: 265,
  programs: {
    "/usr/bin/xtrabackup": backUp,
    "/usr/bin/xbstream": extract,
    "/usr/bin/ncat": ncat,
    "/usr/bin/mysql": mysqlClient,
  },
};

/** `--backup` writes the server's files to stdout; `--prepare` makes sure that they came. */
async function backUp(process: Process): Promise<number> {
  const { files, argv } = process;
  const { values } = optionsOf(argv.slice(1));
  if (values.has("prepare")) {
    const isThere = files.exists(`${values.get("target-dir") ?? "."}/ibdata1`);
    await process.warn(isThere ? "completed OK!\n" : "xtrabackup: Error: cannot open ./xtrabackup_checkpoints\n");
    return isThere ? 0 : 1;
  }
  const host = values.get("host") ?? "127.0.0.1";
  if (!(await isListening(process, host))) {
    await process.warn(`Failed to connect to MySQL server: Can't connect to MySQL server on '${host}' (111).\n`);
    return 1;
  }
  await process.print(JSON.stringify(copyOf(process)));
  await process.warn("completed OK!\n");
  return 0;
}

/** Text by file name, and where the binary log stood. */
function copyOf({ files }: Process): Readonly<Record<string, string>> {
  const source = `MASTER_LOG_FILE='${logFile}', MASTER_LOG_POS=${logPosition}`;
  const isReplica = files.exists(`${dataDirectory}/master.info`);
  return {
    ibdata1: files.readText(`${dataDirectory}/ibdata1`),
    "mysql/db.opt": "default-character-set=latin1\n",
    xtrabackup_binlog_info: `${logFile}\t${logPosition}\n`,
    ...(isReplica ? { xtrabackup_slave_info: `CHANGE MASTER TO ${source};\n` } : {}),
  };
}

async function isListening({ network }: Process, host: string): Promise<boolean> {
  const [ip] = await network.lookup(host);
  if (ip === undefined) return false;
  try {
    (await network.dial({ ip, port: 3306 })).destroy();
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}

/** `xbstream -x -C DIR`: what a backup wrote becomes files; nothing at all becomes none. */
async function extract(process: Process): Promise<number> {
  const { argv, files, stdin } = process;
  const directory = process.resolve(argv.includes("-C") ? (argv[argv.indexOf("-C") + 1] ?? ".") : ".");
  let text = "";
  for await (const line of stdin.lines()) text += `${line}\n`;
  const copied = text.trim() === "" ? {} : (JSON.parse(text) as Readonly<Record<string, string>>);
  for (const [name, content] of Object.entries(copied)) {
    const path = `${directory}/${name}`;
    files.makeDirectory(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    files.write(path, content);
  }
  return 0;
}

/** `--recv-only HOST PORT` prints what comes; `--listen PORT -c COMMAND` runs a command for each that asks. */
async function ncat(process: Process): Promise<number> {
  const { argv, network } = process;
  const command = argv.includes("-c") ? argv[argv.indexOf("-c") + 1] : undefined;
  const [first = "", second = ""] = argv.slice(1).filter((arg) => !arg.startsWith("-") && arg !== command);
  if (argv.includes("--listen") || argv.includes("-l")) {
    network.serveTcp(Number(first), (connection) => {
      serveProgram(process, connection, ["/bin/sh", "-c", command ?? "true"], { withErrors: false }).catch(
        (error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        },
      );
    });
    return process.waitFor(new Promise(() => {}));
  }
  const [ip] = await network.lookup(first);
  if (ip === undefined) {
    await process.warn(`Ncat: Could not resolve hostname "${first}": Name or service not known. QUITTING.\n`);
    return 2;
  }
  try {
    const connection: Duplex = await network.dial({ ip, port: Number(second) });
    for await (const chunk of connection) await process.stdout.write(chunk as Uint8Array);
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.warn("Ncat: Connection refused.\n");
    return 1;
  }
}
