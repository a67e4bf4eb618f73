import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { acceptedTypes, type Encoding, protobufType, type Wish, wishesIn } from "./accept.ts";
import { protobufObject, protobufPartial } from "./serialize-protobuf.ts";
import { serialize, serializePartial } from "./serialize.ts";
import { type IncludeObject, serializeTable } from "./table.ts";

/** The shape in which a client wants objects. */
export type Representation = "object" | "table" | "metadata";

/** `version` is the meta.k8s.io version asked for. */
export interface Wanted {
  readonly as: Representation;
  readonly version: string;
  readonly encoding: Encoding;
}

/** What a request can be answered with, beside objects in all encodings. */
export interface Offer {
  /** Of what can be read again, that is: reviews have no columns. */
  readonly tables: boolean;
  /** Of watches, that is: they cannot be YAML. */
  readonly streams: boolean;
}

const metaVersions = new Set(["v1", "v1beta1"]);

/**
 * Picks from an Accept header the dearest shape we can give. Throws NotAcceptable.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function negotiate(accept: string | undefined, offer: Offer): Wanted {
  const wanted = wishesIn(accept)
    .map((wish) => wantedBy(wish, offer))
    .find((one) => one !== undefined);
  if (!wanted || (offer.streams && wanted.encoding === "yaml")) throw notAcceptable(offer);
  return wanted;
}

/** How to write what is no object of a resource: a Status, say. JSON when nothing fits. */
export function encodingFor(accept: string | undefined): Encoding {
  const offer: Offer = { tables: true, streams: false };
  return wishesIn(accept).find((wish) => wantedBy(wish, offer) !== undefined)?.encoding ?? "json";
}

function notAcceptable({ streams }: Offer): ApiError {
  const types = streams
    ? acceptedTypes.filter((type) => !type.endsWith("yaml")).map((type) => `${type};stream=watch`)
    : acceptedTypes;
  return new ApiError(406, "NotAcceptable", `only the following media types are accepted: ${types.join(", ")}`);
}

function wantedBy({ encoding, parameters }: Wish, { tables }: Offer): Wanted | undefined {
  const as = representationOf(parameters.get("as"));
  const version = parameters.get("v") ?? "v1";
  if (!as || !["", "watch"].includes(parameters.get("stream") ?? "")) return undefined;
  if (as !== "object" && !metaVersions.has(version)) return undefined;
  if (as === "table" && (!tables || encoding === "protobuf")) return undefined;
  return { as, version, encoding };
}

function representationOf(as: string | undefined): Representation | undefined {
  switch (as) {
    case undefined:
      return "object";
    case "Table":
      return "table";
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return "metadata";
    default:
      return undefined;
  }
}

export interface RepresentOptions {
  readonly wanted: Wanted;
  readonly resource: ResourceDefinition;
  readonly now: number;
  readonly includeObject: IncludeObject;
  /** Tables in a watch describe their columns once. */
  readonly withColumns: boolean;
}

/** One object in the shape wanted, as JSON (which becomes YAML at the very end) or protobuf. */
export function represent(object: KubeObject, options: RepresentOptions): string | Uint8Array {
  const { wanted, resource } = options;
  const isProtobuf = wanted.encoding === "protobuf";
  switch (wanted.as) {
    case "object":
      return isProtobuf ? protobufObject(object, resource) : serialize(object);
    case "metadata":
      return isProtobuf ? protobufPartial(object, wanted.version) : serializePartial(object, wanted.version);
    case "table":
      return serializeTable([object], { ...options, metadata: revisionOf(object), version: wanted.version });
  }
}

/** The media type of what `represent` makes. */
export function mediaTypeOf({ encoding }: Wanted): string {
  return encoding === "protobuf" ? protobufType : "application/json";
}

function revisionOf({ metadata }: KubeObject): Record<string, string> {
  return { resourceVersion: metadata.resourceVersion ?? "" };
}
