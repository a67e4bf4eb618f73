/** Makes volumes for the classes that name it, and keeps their data in memory: one disk for all nodes. */
export const localProvisioner = "picokube.io/local";
