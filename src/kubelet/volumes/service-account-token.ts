import { encodeText } from "../../api/bytes.ts";
import { ApiError } from "../../api/status.ts";
import type { Pod, ServiceAccountTokenProjection, TokenRequest } from "../../api/types.gen.ts";
import { serviceAccounts } from "../../resources/core/service-account.ts";
import type { KubeletContext } from "../node-context.ts";
import { VolumeError } from "./volume.ts";

const defaultSeconds = 3600;
/** A token is renewed when this much of its life has passed. */
const renewedAfter = 0.8;

/** A pod's token for one audience, renewed before it runs out. https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken */
export class ServiceAccountToken {
  readonly #source: ServiceAccountTokenProjection;
  readonly #context: KubeletContext;
  #content: Uint8Array | undefined;
  #dueAt = 0;

  constructor(source: ServiceAccountTokenProjection, context: KubeletContext) {
    this.#source = source;
    this.#context = context;
  }

  get path(): string {
    return this.#source.path;
  }

  /** When it should be renewed, in ms of the cluster's clock. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Throws VolumeError. */
  async bytes(pod: Pod): Promise<Uint8Array> {
    const { clock } = this.#context;
    if (this.#content && clock.now() < this.#dueAt) return this.#content;
    const requestedAt = clock.now();
    const { status } = await this.#request(pod);
    const expiresAt = Date.parse(status?.expirationTimestamp ?? "");
    this.#dueAt = requestedAt + (expiresAt - requestedAt) * renewedAfter;
    this.#content = encodeText(status?.token ?? "");
    return this.#content;
  }

  async #request({ metadata, spec }: Pod): Promise<TokenRequest> {
    const { audience, expirationSeconds = defaultSeconds } = this.#source;
    const name = spec.serviceAccountName || "default";
    const request: TokenRequest = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name },
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: metadata.name, uid: metadata.uid ?? "" },
      },
    };
    try {
      const key = { namespace: metadata.namespace ?? "", name };
      return (await this.#context.client.createSubresource(serviceAccounts, key, "token", request)) as TokenRequest;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new VolumeError(`failed to fetch token: ${error.message}`);
    }
  }
}
