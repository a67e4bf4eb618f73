import { decodeText, encodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { type Address, NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { GoHttpError, goRequest, lookupFailure } from "../go/http-get.ts";
import { goError, goResponse, targetOf } from "../go/http.ts";
import { goLog } from "../go/log.ts";

const patienceMs = 5000;

/** `/dial`: asks another server some times over and tells what came back. */
export async function dial(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { query } = targetOf(request);
  const [host = "", port = "", asked = "", protocol = "", tries = ""] = [
    "host",
    "port",
    "request",
    "protocol",
    "tries",
  ].map((name) => query.get(name) ?? "");
  goLog(process, `GET /dial?host=${host}&protocol=${protocol}&port=${port}&request=${asked}&tries=${tries}`);
  if (tries !== "" && !/^[-+]?\d+$/u.test(tries)) {
    const reason = `strconv.Atoi: parsing ${JSON.stringify(tries)}: invalid syntax`;
    return goError(process, `tries parameter is invalid. ${reason}`, 400);
  }
  if (asked === "") return goError(process, "request parameter not specified. <nil>", 400);
  const isHttp = ["", "http"].includes(protocol.toLowerCase());
  if (!isHttp && protocol.toLowerCase() !== "udp") return goError(process, `unsupported protocol. ${protocol}`, 400);
  const address = await addressOf(process, host, port);
  if (typeof address === "string") return goError(process, `host and/or port param are invalid. ${address}`, 400);
  const ask = isHttp ? askHttp : askUdp;
  return goResponse(process, await outcomes(Number(tries || 1), () => ask(process, address, asked)));
}

async function addressOf(process: Process, host: string, port: string): Promise<Address | string> {
  if (!/^\d+$/u.test(port) || Number(port) > 65_535) return `address ${port}: invalid port`;
  const found = await process.network.lookup(host).catch((error: unknown) => {
    if (error instanceof NetworkError) return [];
    throw error;
  });
  return found[0] === undefined ? lookupFailure(process, host) : { ip: found[0], port: Number(port) };
}

/** Names in alphabetical order; `responses` only if the last try had one. */
async function outcomes(tries: number, ask: () => Promise<string>): Promise<string> {
  const [errors, responses]: [string[], string[]] = [[], []];
  let last = "";
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      last = await ask();
      responses.push(last);
    } catch (error) {
      if (!(error instanceof GoHttpError)) throw error;
      last = "";
      errors.push(error.message);
    }
  }
  return JSON.stringify({ ...(errors.length > 0 ? { errors } : {}), ...(last === "" ? {} : { responses }) });
}

async function askHttp(process: Process, { ip, port }: Address, asked: string): Promise<string> {
  const { body } = await goRequest(process, `http://${ip}:${port}/${asked}`, { timeoutMs: patienceMs });
  return body;
}

async function askUdp(process: Process, to: Address, asked: string): Promise<string> {
  const { network, clock } = process;
  let close = (): void => {};
  const answered = new Promise<string>((resolve, reject) => {
    const socket = network.bindUdp(0, ({ bytes }) => {
      close();
      resolve(decodeText(bytes));
    });
    const cancel = clock.after(patienceMs, () => {
      close();
      const flow = `read udp ${network.ip}:${socket.address.port}->${to.ip}:${to.port}`;
      reject(new GoHttpError(`reading from udp connection failed. err:'${flow}: i/o timeout'`));
    });
    close = () => {
      cancel();
      socket.close();
    };
    socket.send(to, encodeText(asked));
  });
  return process.waitFor(answered, close);
}
