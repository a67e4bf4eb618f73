import type { Explanation, NodeExplanation } from "./explanation.ts";

/** An explanation as it is read: the nodes, the best first, with what each plugin says of them. */
export function explanationText({ pod, node, refusal, nodes }: Explanation): string {
  const headline = node === undefined ? `${pod} has no node` : `${pod} is on ${node}`;
  const wholesale = refusal ? [`  ✗ ${refusal.plugin}: ${refusal.reasons.join(", ")}`] : [];
  const width = Math.max(0, ...nodes.map(({ node: name }) => name.length)) + 2;
  return [headline, "", ...wholesale, ...nodes.flatMap((one) => nodeLines(one, width)), ""].join("\n");
}

function nodeLines({ node, refusals, scores, total }: NodeExplanation, width: number): string[] {
  const indent = " ".repeat(width + 4);
  const name = node.padEnd(width);
  if (refusals.length > 0) {
    const reasons = refusals.map(({ plugin, reasons: texts }) => `${plugin}: ${texts.join(", ")}`);
    return reasons.map((text, index) => (index === 0 ? `  ✗ ${name}${text}` : `${indent}${text}`));
  }
  const counted = scores.map(({ plugin, score, weight }) => {
    const factor = weight === 1 ? "" : ` (${weight} × ${score})`;
    return `${indent}${String(score * weight).padStart(5)}  ${plugin}${factor}`;
  });
  return [`  ✓ ${name}${String(total).padStart(5)}  in all`, ...counted];
}
