import type { Image } from "../runtime/image.ts";
import { agnhost, livenessServer } from "./agnhost/agnhost.ts";
import { alpine, bash, busybox, debian } from "./busybox.ts";
import { color } from "./color.ts";
import { controlPlaneImages } from "./control-plane.ts";
import { curl } from "./curl.ts";
import { cassandra } from "./databases/cassandra.ts";
import { mongo } from "./databases/mongo.ts";
import { mariadb, mysql } from "./databases/mysql.ts";
import { postgres } from "./databases/postgres.ts";
import { xtrabackup } from "./databases/xtrabackup.ts";
import { ealenEchoServer } from "./ealen-echo-server.ts";
import { echoServer } from "./echo-server.ts";
import { echoserver } from "./echoserver.ts";
import { gbFrontend } from "./gb-frontend.ts";
import { helloApp } from "./hello-app.ts";
import { helloFrontend, helloGoGke } from "./hello-gke.ts";
import { helloKubernetes } from "./hello-kubernetes.ts";
import { helloWorld } from "./hello-world.ts";
import { hpaExample } from "./hpa-example.ts";
import { httpEcho } from "./http-echo.ts";
import { httpbin } from "./httpbin/httpbin.ts";
import { httpd } from "./httpd/httpd.ts";
import { kuard } from "./kuard.ts";
import { kubernetesBootcamp } from "./kubernetes-bootcamp.ts";
import { kubia, kubiaUnhealthy } from "./kubia.ts";
import { node, perl, python } from "./languages.ts";
import { memcached } from "./memcached.ts";
import { kitten, nautilus } from "./nautilus.ts";
import { networkMultitool } from "./network-multitool.ts";
import { nginxHello } from "./nginx-hello.ts";
import { nginx, nginxUnprivileged } from "./nginx/nginx.ts";
import { nodeHello } from "./node-hello.ts";
import { pause } from "./pause.ts";
import { podinfo } from "./podinfo/podinfo.ts";
import { gbRedisFollower, redis } from "./redis/redis.ts";
import { resourceConsumer } from "./resource-consumer/resource-consumer.ts";
import { stableServer } from "./stable-server.ts";
import { stress, vishStress } from "./stress.ts";
import { nonewprivs, nonRoot } from "./test-images.ts";
import { dnsutils, netshoot } from "./toolboxes.ts";
import { webappColor } from "./webapp-color.ts";
import { whoami } from "./whoami.ts";
import { wordpress } from "./wordpress.ts";
import { kubernetesZookeeper, zookeeper } from "./zookeeper/zookeeper.ts";

/** Every simulated image, in the order in which `picokube images` lists them. */
export const builtinImages: readonly Image[] = [
  stableServer,
  curl,
  nginx,
  nginxUnprivileged,
  httpd,
  busybox,
  alpine,
  debian,
  bash,
  pause,
  agnhost,
  livenessServer,
  resourceConsumer,
  nonRoot,
  nonewprivs,
  httpEcho,
  whoami,
  helloApp,
  helloGoGke,
  helloFrontend,
  nodeHello,
  helloWorld,
  helloKubernetes,
  kubernetesBootcamp,
  echoserver,
  echoServer,
  ealenEchoServer,
  nginxHello,
  color,
  kubia,
  kubiaUnhealthy,
  webappColor,
  podinfo,
  kuard,
  httpbin,
  nautilus,
  kitten,
  gbFrontend,
  gbRedisFollower,
  redis,
  memcached,
  wordpress,
  mysql,
  mariadb,
  xtrabackup,
  postgres,
  mongo,
  cassandra,
  zookeeper,
  kubernetesZookeeper,
  perl,
  python,
  node,
  hpaExample,
  stress,
  vishStress,
  dnsutils,
  netshoot,
  networkMultitool,
  ...controlPlaneImages,
];
