import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import { type Process, type Signal, signalNumbers, SystemError } from "../../runtime/process.ts";
import { serveTls } from "../serve-tls.ts";
import { argsOf, configPath, loadConfig, type NginxConfig } from "./config.ts";
import type { Exchange } from "./exchange.ts";
import { handle, type Server } from "./handle.ts";
import { noticeLine, openLogs } from "./logs.ts";
import { ConfigError } from "./parse.ts";
import { findSite, type Listen, type Site, sitesOf } from "./sites.ts";
import { resolveUpstreams } from "./upstreams.ts";
import { nginxVersion } from "./version.ts";

const usage = `Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /etc/nginx/)
  -e filename   : set error log file (default: /var/log/nginx/error.log)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`;
const controlSignals: Readonly<Record<string, Signal>> = {
  stop: "SIGTERM",
  quit: "SIGQUIT",
  reload: "SIGHUP",
  reopen: "SIGUSR1",
};

/** `/usr/sbin/nginx`: the server, its configuration test, and the signals to a running one. */
export async function nginxProgram(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const has = (letter: string): boolean => args.some((arg) => /^-[a-zA-Z?]+$/u.test(arg) && arg.includes(letter));
  const valueOf = (letter: string): string | undefined => args[args.findLastIndex((arg) => arg === `-${letter}`) + 1];
  const version = nginxVersion(process.container.imageName);
  if (has("h") || has("?") || has("v") || has("V")) {
    await process.warn(`nginx version: nginx/${version}\n`);
    if (has("V")) await process.warn("built by gcc 12.2.0 (Debian 12.2.0-14) \nTLS SNI support enabled\n");
    if (has("h") || has("?")) await process.warn(usage);
    return 0;
  }
  const path = args.includes("-c") ? (valueOf("c") ?? configPath) : configPath;
  if (has("t") || has("T")) return testConfig(process, path, { dumps: has("T"), isQuiet: has("q") });
  if (args.includes("-s")) return control(process, valueOf("s") ?? "", path);
  return serve(process, path, version);
}

async function testConfig(
  process: Process,
  path: string,
  { dumps, isQuiet }: { dumps: boolean; isQuiet: boolean },
): Promise<number> {
  try {
    const config = await checkedConfig(process, path);
    for (const warning of config.warnings) await process.warn(`nginx: [warn] ${warning}\n`);
    if (!isQuiet) {
      await process.warn(`nginx: the configuration file ${path} syntax is ok\n`);
      await process.warn(`nginx: configuration file ${path} test is successful\n`);
    }
    if (dumps) for (const [file, text] of config.files) await process.print(`# configuration file ${file}:\n${text}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await process.warn(`nginx: [emerg] ${error.message}\nnginx: configuration file ${path} test failed\n`);
    return 1;
  }
}

async function checkedConfig(process: Process, path: string): Promise<NginxConfig> {
  const config = loadConfig(process, path);
  sitesOf(config);
  await resolveUpstreams(process, config);
  return config;
}

async function control(process: Process, name: string, path: string): Promise<number> {
  const signal = controlSignals[name];
  if (signal === undefined) {
    await process.warn(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  const pidPath = argsOf(loadConfig(process, path).main, "pid")?.[0] ?? "/run/nginx.pid";
  const text = process.files.exists(pidPath) ? process.files.readText(pidPath).trim() : undefined;
  if (text === undefined) {
    await process.warn(`nginx: [error] open() "${pidPath}" failed (2: No such file or directory)\n`);
    return 1;
  }
  await process.warn(noticeLine(process, "notice", "signal process started"));
  if (process.kill(Number(text), signal)) return 0;
  await process.warn(`nginx: [alert] kill(${text}, ${signalNumbers[signal]}) failed (3: No such process)\n`);
  return 1;
}

async function serve(process: Process, path: string, version: string): Promise<number> {
  try {
    const config = loadConfig(process, path);
    await warnOf(process, config);
    prepare(process, config);
    let stop = await listen(process, config, version);
    await announce(process, version, startWorker(process));
    for (;;) {
      const signal = await nextSignal(process);
      if (signal !== "SIGHUP") return await shutDown(process, signal, stop);
      await process.warn(noticeLine(process, "notice", "signal 1 (SIGHUP) received, reconfiguring"));
      stop = await reload(process, path, { version, stop });
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await process.warn(noticeLine(process, "emerg", error.message));
    await process.warn(`nginx: [emerg] ${error.message}\n`);
    return 1;
  }
}

async function warnOf(process: Process, { warnings, main }: NginxConfig): Promise<void> {
  const user = main.find(({ name }) => name === "user");
  const ignored =
    'the "user" directive makes sense only if the master process runs with super-user privileges, ignored in';
  const own = user && process.user.uid !== 0 ? [`${ignored} ${user.file}:${user.line}`] : [];
  for (const warning of [...own, ...warnings]) {
    await process.warn(noticeLine(process, "warn", warning));
    await process.warn(`nginx: [warn] ${warning}\n`);
  }
}

const temporary = ["client_temp", "proxy_temp", "fastcgi_temp", "uwsgi_temp", "scgi_temp"];

/** Directories for bodies, and the file with the pid: where nginx fails without root or on a read-only root. */
function prepare(process: Process, { main, http }: NginxConfig): void {
  for (const name of temporary) {
    const directive = { client_temp: "client_body_temp_path" }[name] ?? `${name}_path`;
    const path = argsOf(http?.block, directive)?.[0] ?? `/var/cache/nginx/${name}`;
    attempt(`mkdir() "${path}"`, () => {
      if (!process.files.exists(path)) process.files.makeDirectory(path);
    });
  }
  const pidPath = argsOf(main, "pid")?.[0] ?? "/run/nginx.pid";
  attempt(`open() "${pidPath}"`, () => {
    process.files.write(pidPath, `${process.pid}\n`);
  });
}

const errorNumbers: Readonly<Record<string, number>> = { ENOENT: 2, EACCES: 13, EROFS: 30, ENOSPC: 28 };

function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ConfigError(`${what} failed (${errorNumbers[error.code] ?? 5}: ${error.message})`);
  }
}

/** Opens every port of the configuration; the returned function closes them. Throws ConfigError. */
async function listen(process: Process, config: NginxConfig, version: string): Promise<() => void> {
  const sites = sitesOf(config);
  const logs = openLogs(process, config);
  let requests = 0;
  const server: Server = { logs, upstreams: await resolveUpstreams(process, config), requests: () => requests };
  const stops: (() => void)[] = [];
  const answer = (
    port: number,
    scheme: Exchange["scheme"],
    request: HttpRequest,
  ): HttpResponse | Promise<HttpResponse> => {
    requests++;
    const site = findSite(sites, port, request.headers["host"] ?? "");
    if (!site) throw new Error(`nginx listens on ${port} without a server`);
    const [path = "", query = ""] = splitUrl(request.url);
    const uri = cleanPath(path);
    return handle(
      {
        process,
        version,
        site,
        request,
        port,
        scheme,
        uri,
        query,
        variables: new Map(),
        upstream: "",
        number: requests,
      },
      server,
    );
  };
  for (const { listens, tls } of sites) {
    for (const { port, host, isTls } of listens) {
      if (stops.length > 0 && opened(sites, port, { listens, tls })) continue;
      stops.push(
        openPort(process, { port, host, isTls }, tls, (request) => answer(port, isTls ? "https" : "http", request)),
      );
    }
  }
  return () => {
    for (const stop of stops) stop();
    logs.close();
  };
}

/** Whether an earlier server has opened a port. */
function opened(sites: readonly Site[], port: number, mine: Pick<Site, "listens" | "tls">): boolean {
  const first = sites.find(({ listens }) => listens.some((one) => one.port === port));
  return first !== undefined && first.listens !== mine.listens;
}

function openPort(
  process: Process,
  { port, host, isTls }: Omit<Listen, "isDefault">,
  tls: Site["tls"],
  handler: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): () => void {
  if (port < 1024 && process.user.uid !== 0) {
    throw new ConfigError(`bind() to ${host ?? "0.0.0.0"}:${port} failed (13: Permission denied)`);
  }
  try {
    if (!isTls || !tls) return process.network.serveHttp(port, handler, host);
    return serveTls(process, port, { cert: pem(process, tls.certificate), key: pem(process, tls.key) }, handler);
  } catch (error) {
    if (error instanceof NetworkError) {
      throw new ConfigError(`bind() to ${host ?? "0.0.0.0"}:${port} failed (98: Address already in use)`);
    }
    throw error;
  }
}

function pem({ files }: Process, path: string): string {
  if (files.exists(path)) return files.readText(path);
  throw new ConfigError(
    `cannot load certificate "${path}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)`,
  );
}

function splitUrl(url: string): readonly string[] {
  const cut = url.indexOf("?");
  return cut < 0 ? [url] : [url.slice(0, cut), url.slice(cut + 1)];
}

/** Decoded, with doubled slashes and dots resolved, as locations are matched. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of decoded(path).split("/").slice(1)) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return `/${parts.filter((part, index) => part !== "" || index === parts.length - 1).join("/")}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** Its pid. It is there to be seen: the master serves. */
function startWorker(process: Process): number {
  process.title = `nginx: master process ${process.argv.join(" ")}`;
  const { pid } = process.fork((worker) => {
    worker.title = "nginx: worker process";
    return worker.waitFor(new Promise(() => {}));
  });
  return pid;
}

async function announce(process: Process, version: string, worker: number): Promise<void> {
  const lines = [
    'using the "epoll" event method',
    `nginx/${version}`,
    "built by gcc 12.2.0 (Debian 12.2.0-14) ",
    "OS: Linux 6.1.0",
    "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
    "start worker processes",
    `start worker process ${worker}`,
  ];
  await process.warn(lines.map((line) => noticeLine(process, "notice", line)).join(""));
}

function nextSignal(process: Process): Promise<Signal> {
  const signals: readonly Signal[] = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP"];
  const came = new Promise<Signal>((resolve) => {
    for (const signal of signals) {
      process.onSignal(signal, () => {
        resolve(signal);
      });
    }
  });
  return process.waitFor(came);
}

/** A configuration that is wrong leaves the old one running. */
async function reload(
  process: Process,
  path: string,
  { version, stop }: { version: string; stop: () => void },
): Promise<() => void> {
  try {
    const config = await checkedConfig(process, path);
    stop();
    return await listen(process, config, version);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await process.warn(noticeLine(process, "emerg", error.message));
    return stop;
  }
}

async function shutDown(process: Process, signal: Signal, stop: () => void): Promise<number> {
  const how = signal === "SIGQUIT" ? "shutting down" : "exiting";
  await process.warn(noticeLine(process, "notice", `signal ${signalNumbers[signal]} (${signal}) received, ${how}`));
  stop();
  await process.warn(noticeLine(process, "notice", "exit"));
  return 0;
}
