import { decodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf } from "../go/http.ts";
import { emptyTree, isWrite, read, write, type ZooReply, type ZooRequest, type ZooState } from "./tree.ts";

/** A server of the ensemble, as zoo.cfg names it. */
export interface Member {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export type Mode = "leader" | "follower" | "standalone";

/** What a server asks another one. */
type PeerRequest =
  | { readonly ask: "state" }
  | { readonly ask: "adopt"; readonly state: ZooState }
  | { readonly ask: "write"; readonly request: ZooRequest };

const peerTimeoutMs = 2000;

/**
 * One server of an ensemble. It serves only together with a majority of the others; the one with the highest id that
 * answers is the leader and makes the changes, one after the other. Messages between servers are our own.
 */
export class Ensemble {
  readonly #process: Process;
  readonly #id: number;
  readonly #others: readonly Member[];
  readonly #file: string;
  #state: ZooState;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(process: Process, id: number, { members, file }: { members: readonly Member[]; file: string }) {
    this.#process = process;
    this.#id = id;
    this.#others = members.filter((member) => member.id !== id);
    this.#file = file;
    const { files, clock } = process;
    this.#state = files.exists(file) ? (JSON.parse(files.readText(file)) as ZooState) : emptyTree(clock.now());
  }

  get state(): ZooState {
    return this.#state;
  }

  /** undefined: there is no majority. */
  async mode(): Promise<Mode | undefined> {
    if (this.#others.length === 0) return "standalone";
    const up = await this.#gather();
    if (!up) return undefined;
    return leaderAmong(up, this.#id).id === this.#id ? "leader" : "follower";
  }

  async answer(request: ZooRequest): Promise<ZooReply> {
    const up = await this.#gather();
    if (!up) return { error: "ConnectionLoss" };
    if (!isWrite(request)) return read(this.#state, request);
    const leader = leaderAmong(up, this.#id);
    if (leader.id === this.#id) return this.#inTurn(request);
    return (await this.#ask<ZooReply>(leader, { ask: "write", request })) ?? { error: "ConnectionLoss" };
  }

  /** What the others ask. */
  async serve(request: Pick<HttpRequest, "body">): Promise<HttpResponse> {
    const asked = JSON.parse(decodeText(await bodyOf(request))) as PeerRequest;
    if (asked.ask === "adopt") this.#adopt(asked.state);
    const reply = asked.ask === "write" ? await this.#inTurn(asked.request) : this.#state;
    return { status: 200, headers: {}, body: JSON.stringify(reply) };
  }

  #inTurn(request: ZooRequest): Promise<ZooReply> {
    const written = this.#writing.then(() => this.#write(request));
    this.#writing = written;
    return written;
  }

  async #write(request: ZooRequest): Promise<ZooReply> {
    const up = await this.#gather();
    if (!up) return { error: "ConnectionLoss" };
    const { state, reply } = write(this.#state, request, { leader: this.#id, now: this.#process.clock.now() });
    this.#adopt(state);
    await Promise.all(up.map((member) => this.#ask(member, { ask: "adopt", state })));
    return reply;
  }

  /** The others that answer, after the newest of what they have is here too; undefined: too few. */
  async #gather(): Promise<readonly Member[] | undefined> {
    const states = await Promise.all(this.#others.map((member) => this.#ask<ZooState>(member, { ask: "state" })));
    const up = this.#others.filter((_, at) => states[at] !== undefined);
    if ((up.length + 1) * 2 <= this.#others.length + 1) return undefined;
    for (const state of states) if (state) this.#adopt(state);
    return up;
  }

  #adopt(state: ZooState): void {
    if (state.lastId <= this.#state.lastId) return;
    this.#state = state;
    this.#process.files.write(this.#file, JSON.stringify(state));
  }

  /** undefined: nobody answers. */
  async #ask<T>({ host, port }: Member, request: PeerRequest): Promise<T | undefined> {
    const { network, clock } = this.#process;
    const over = new AbortController();
    const stop = clock.after(peerTimeoutMs, () => over.abort());
    try {
      const [ip] = await network.lookup(host);
      if (ip === undefined) return undefined;
      const body = Buffer.from(JSON.stringify(request));
      const message = { method: "POST", url: "/", headers: { host }, body };
      const answer = await network.fetch({ ip, port }, message, over.signal);
      return JSON.parse(decodeText(await bodyOf({ body: bytesOf(answer) }))) as T;
    } catch (error) {
      if (error instanceof NetworkError) return undefined;
      throw error;
    } finally {
      stop();
    }
  }
}

function bytesOf({ body }: HttpResponse): HttpRequest["body"] {
  return typeof body === "string" ? Buffer.from(body) : body;
}

function leaderAmong(others: readonly Member[], id: number): Member {
  return others.reduce((best, one) => (one.id > best.id ? one : best), { id, host: "", port: 0 });
}
