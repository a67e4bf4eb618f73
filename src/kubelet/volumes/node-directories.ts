/** What a node has on its disk that pods look for. */
export const nodeDirectories: readonly string[] = [
  "/dev",
  "/etc/kubernetes/manifests",
  "/home",
  "/mnt",
  "/opt/cni/bin",
  "/proc",
  "/root",
  "/run",
  "/srv",
  "/sys",
  "/tmp",
  "/usr/bin",
  "/var/lib/kubelet/pods",
  "/var/log/containers",
  "/var/log/pods",
  "/var/run",
];
