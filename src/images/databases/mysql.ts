import { NetworkError } from "../../network/network.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { mysqlClient, optionsOf, unreachable } from "./mysql-client.ts";
import { initializeData, serveMysql } from "./mysql-server.ts";
import { noQueries } from "./refuse-queries.ts";

const port = 3306;

interface Flavour {
  readonly names: readonly string[];
  readonly daemon: "mysqld" | "mariadbd";
  readonly title: string;
  readonly version: string;
  readonly prefix: "MYSQL" | "MARIADB";
}

/** MySQL and MariaDB: they start, log, and run the simple statements of our own client; other clients hear that theirs are not simulated. */
export const mysql: Image = database({
  names: ["mysql", "registry.k8s.io/mysql", "container-registry.oracle.com/mysql/community-server"],
  daemon: "mysqld",
  title: "MySQL",
  version: "8.0.40",
  prefix: "MYSQL",
});
export const mariadb: Image = database({
  names: ["mariadb"],
  daemon: "mariadbd",
  title: "MariaDB",
  version: "11.6.2-MariaDB",
  prefix: "MARIADB",
});

function database(flavour: Flavour): Image {
  const { names, daemon, prefix, version } = flavour;
  const entrypoint = (process: Process): Promise<number> => start(process, flavour);
  return {
    names,
    base: "debian",
    entrypoint: ["docker-entrypoint.sh"],
    command: [daemon],
    env: { [`${prefix}_MAJOR`]: version.split(".").slice(0, 2).join("."), [`${prefix}_VERSION`]: version },
    ports: [port, ...(daemon === "mysqld" ? [33_060] : [])],
    sizeMiB: 170,
    directories: ["/var/lib/mysql", "/etc/mysql/conf.d"],
    files: { "/etc/mysql/my.cnf": "[mysqld]\n" },
    programs: {
      "/usr/local/bin/docker-entrypoint.sh": entrypoint,
      [`/usr/sbin/${daemon}`]: (process) => serve(process, flavour),
      "/usr/bin/mysqladmin": admin,
      "/usr/bin/mysql": mysqlClient,
      "/usr/bin/mariadb": mysqlClient,
      "/usr/bin/mariadb-admin": admin,
      "/usr/local/bin/healthcheck.sh": async (process) => ((await isUp(process, "127.0.0.1", port)) ? 0 : 1),
    },
  };
}

async function start(process: Process, flavour: Flavour): Promise<number> {
  const args = process.argv.slice(1);
  const command = args[0]?.startsWith("-") === true ? [flavour.daemon, ...args] : args;
  if (!["mysqld", "mariadbd"].includes(command[0] ?? "")) return process.become(command);
  const note = (level: string, text: string): Promise<void> =>
    process.print(`${time(process)} [${level}] [Entrypoint]: ${text}\n`);
  await note("Note", `Entrypoint script for ${flavour.title} Server ${flavour.version}-1.el9 started.`);
  const prefixes = flavour.prefix === "MYSQL" ? ["MYSQL"] : ["MARIADB", "MYSQL"];
  const variables = prefixes.flatMap((prefix) =>
    [
      "ROOT_PASSWORD",
      "ROOT_PASSWORD_FILE",
      "ALLOW_EMPTY_PASSWORD",
      "ALLOW_EMPTY_ROOT_PASSWORD",
      "RANDOM_ROOT_PASSWORD",
    ].map((name) => `${prefix}_${name}`),
  );
  const isInitialized = process.files.exists("/var/lib/mysql/mysql");
  if (!isInitialized && !variables.some((name) => process.env.get(name))) {
    await process.warn(missingPassword(process, flavour));
    return 1;
  }
  if (!isInitialized) {
    await note("Note", "Initializing database files");
    const setting = (name: string): string =>
      settingOf(
        process,
        prefixes.map((prefix) => `${prefix}_${name}`),
      );
    const [name, user] = [setting("DATABASE"), setting("USER")];
    if (name !== "") await note("Note", `Creating database ${name}`);
    if (user !== "") await note("Note", `Creating user ${user}`);
    initializeData(process, {
      databases: new Map(name === "" ? [] : [[name, new Map()]]),
      users: new Map([
        ["root", setting("ROOT_PASSWORD")],
        ...(user === "" ? [] : [[user, setting("PASSWORD")] as const]),
      ]),
    });
    await note("Note", `${flavour.title} init process done. Ready for start up.`);
  }
  return process.become([flavour.daemon, ...command.slice(1)]);
}

/** The first of these variables, or what is in the file that the same name with `_FILE` tells. */
function settingOf({ env, files }: Process, names: readonly string[]): string {
  for (const name of names) {
    const path = env.get(`${name}_FILE`);
    if (path !== undefined && files.exists(path)) return files.readText(path).replace(/\n$/u, "");
    const value = env.get(name);
    if (value) return value;
  }
  return "";
}

function missingPassword(process: Process, { prefix }: Flavour): string {
  const error = `${time(process)} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n`;
  const options =
    prefix === "MYSQL"
      ? ["MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"]
      : [
          "MARIADB_ROOT_PASSWORD",
          "MARIADB_ROOT_PASSWORD_HASH",
          "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
          "MARIADB_RANDOM_ROOT_PASSWORD",
        ];
  const head =
    prefix === "MYSQL"
      ? "    You need to specify one of the following as an environment variable:\n"
      : "\tYou need to specify one of ";
  if (prefix === "MYSQL") return error + head + options.map((name) => `    - ${name}\n`).join("");
  return `${error}${head}${options.slice(0, -1).join(", ")} and ${options.at(-1) ?? ""}\n`;
}

function time({ clock }: Process): string {
  return new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ") + "+00:00";
}

async function serve(process: Process, { title, version, daemon }: Flavour): Promise<number> {
  const stamp = (): string => `${new Date(process.clock.now()).toISOString().slice(0, 23)}000Z`;
  const line = (level: string, code: string, text: string): Promise<void> =>
    process.warn(
      daemon === "mysqld"
        ? `${stamp()} 0 [${level}] [${code}] [Server] ${text}\n`
        : `${time(process).slice(0, 19)} 0 [Note] ${text}\n`,
    );
  await line("System", "MY-010116", `/usr/sbin/${daemon} (${daemon} ${version}) starting as process ${process.pid}`);
  await line("System", "MY-013577", "InnoDB initialization has ended.");
  serveMysql(process, { port, version });
  await line(
    "System",
    "MY-010931",
    `/usr/sbin/${daemon}: ready for connections. Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: ${port}  ${title} Community Server - GPL.`,
  );
  await process.terminated;
  await line(
    "System",
    "MY-013172",
    `Received SHUTDOWN from user <via user signal>. Shutting down ${daemon} (Version: ${version}).`,
  );
  await line(
    "System",
    "MY-010910",
    `/usr/sbin/${daemon}: Shutdown complete (${daemon} ${version})  ${title} Community Server - GPL.`,
  );
  return 0;
}

async function isUp(process: Process, host: string, number: number): Promise<boolean> {
  try {
    const [ip] = await process.network.lookup(host);
    if (ip === undefined) return false;
    (await process.network.dial({ ip, port: number })).destroy();
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}

/** A ping needs no password. */
async function admin(process: Process): Promise<number> {
  const host = optionsOf(process.argv.slice(1)).values.get("host");
  if (!(await isUp(process, host ?? "127.0.0.1", port))) {
    await process.warn(`mysqladmin: connect to server at '${host ?? "localhost"}' failed\n`);
    await process.warn(unreachable(host === undefined || host === "localhost" ? undefined : `${host}:${port}`));
    return 1;
  }
  if (process.argv.includes("ping")) {
    await process.print("mysqld is alive\n");
    return 0;
  }
  await process.warn(`mysqladmin: ${noQueries}\n`);
  return 1;
}
