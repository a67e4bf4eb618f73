import type { NodeInfo } from "../node-info.ts";
import type { SchedulerPlugin } from "../plugin.ts";

const megabyte = 1024 * 1024;
const leastBytes = 23 * megabyte;
const mostBytesPerContainer = 1000 * megabyte;

/** Prefers nodes that have the pod's images, large ones above all. An image on few nodes counts less, so that it spreads. */
export const imageLocality: SchedulerPlugin = {
  name: "ImageLocality",

  score({ spec }, view, nodes) {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const total = view.nodes.length;
    const images = containers.map(({ image = "" }) => {
      const name = withTag(image);
      return { name, spread: (view.imageSpread.get(name) ?? 0) / total };
    });
    const present = images.filter(({ spread }) => spread > 0);
    if (present.length === 0) return undefined;
    const mostBytes = mostBytesPerContainer * containers.length;
    const bytesOn = (node: NodeInfo): number =>
      present.reduce((sum, { name, spread }) => sum + Math.floor((node.images.get(name) ?? 0) * spread), 0);
    return nodes.map((node) => {
      const bytes = Math.min(mostBytes, Math.max(leastBytes, bytesOn(node)));
      return Math.floor((100 * (bytes - leastBytes)) / (mostBytes - leastBytes));
    });
  },
};

function withTag(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}
