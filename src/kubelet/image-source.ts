import type { Image } from "../runtime/image.ts";

/** What a registry says of an image reference. */
export type ImageLookup =
  | {
      readonly outcome: "found";
      readonly image: Image;
      /** In full: `docker.io/library/nginx:latest`. */
      readonly reference: string;
      /** `docker.io/library/nginx@sha256:…`. */
      readonly imageId: string;
      /** Told to the user in an Event: this image is a stand-in. */
      readonly notice?: string;
    }
  /** Not a reference at all. */
  | { readonly outcome: "invalid"; readonly reason: string }
  /** `message` is what the container runtime says. */
  | { readonly outcome: "missing"; readonly reference: string; readonly message: string };

export type Found = Extract<ImageLookup, { outcome: "found" }>;

/** Where images come from. The same reference always gives the same answer. */
export interface ImageSource {
  find(reference: string): ImageLookup;
}

/** How long simulated work takes, in ms of the cluster's clock. */
export interface Pace {
  readonly pullMs: number;
  readonly startMs: number;
  /** From a container's start until the kubelet has noticed it, and probes it for the first time. */
  readonly noticeMs: number;
}
