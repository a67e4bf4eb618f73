/** Directives that do here what they do in nginx. */
export const simulated: ReadonlySet<string> = new Set([
  "absolute_redirect", "access_log", "add_header", "alias", "allow", "autoindex", "charset", "client_max_body_size",
  "daemon", "default_type", "deny", "error_log", "error_page", "events", "http", "include", "index", "internal",
  "keepalive_timeout", "listen", "location", "log_format", "pid", "proxy_connect_timeout", "proxy_pass",
  "proxy_read_timeout", "proxy_send_timeout", "proxy_set_header", "proxy_hide_header", "return", "rewrite", "root",
  "server", "server_name", "server_tokens", "set", "ssl_certificate", "ssl_certificate_key", "stub_status", "try_files",
  "types", "upstream", "user", "map",
]);

/** Directives that change how fast or how big nginx is, which nobody in the cluster can see. */
export const invisible: ReadonlySet<string> = new Set([
  "accept_mutex", "aio", "client_body_buffer_size", "client_body_temp_path", "client_body_timeout",
  "client_header_buffer_size", "client_header_timeout", "directio", "etag", "gzip", "gzip_buffers", "gzip_comp_level",
  "gzip_disable", "gzip_http_version", "gzip_min_length", "gzip_proxied", "gzip_static", "gzip_types", "gzip_vary",
  "if_modified_since", "keepalive", "keepalive_requests", "large_client_header_buffers", "lingering_close", "log_not_found",
  "master_process", "multi_accept", "open_file_cache", "open_file_cache_errors", "open_file_cache_min_uses",
  "open_file_cache_valid", "output_buffers", "pcre_jit", "proxy_buffer_size", "proxy_buffering", "proxy_buffers",
  "proxy_busy_buffers_size", "proxy_cache_bypass", "proxy_http_version", "proxy_max_temp_file_size", "proxy_redirect",
  "proxy_request_buffering", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path",
  "reset_timedout_connection", "resolver", "resolver_timeout", "send_timeout", "sendfile", "sendfile_max_chunk",
  "server_names_hash_bucket_size", "server_names_hash_max_size", "ssl_ciphers", "ssl_prefer_server_ciphers",
  "ssl_protocols", "ssl_session_cache", "ssl_session_tickets", "ssl_session_timeout", "tcp_nodelay", "tcp_nopush",
  "types_hash_bucket_size", "types_hash_max_size", "underscores_in_headers", "use", "variables_hash_bucket_size",
  "variables_hash_max_size", "worker_connections", "worker_processes", "worker_rlimit_nofile", "worker_cpu_affinity",
  "worker_priority", "worker_shutdown_timeout", "map_hash_bucket_size", "map_hash_max_size", "thread_pool", "zone",
  "server_name_in_redirect", "port_in_redirect", "merge_slashes", "proxy_ssl_verify", "proxy_ssl_server_name",
]);

/** Directives of nginx that are not simulated: a warning says so. */
export const known: ReadonlySet<string> = new Set([
  "add_after_body", "add_before_body", "add_trailer", "ancient_browser", "auth_basic", "auth_basic_user_file",
  "auth_request", "auth_request_set", "break", "env", "expires", "fastcgi_buffers", "fastcgi_buffer_size",
  "fastcgi_cache", "fastcgi_index", "fastcgi_param", "fastcgi_pass", "fastcgi_read_timeout", "fastcgi_split_path_info",
  "geo", "grpc_pass", "grpc_set_header", "hash", "http2", "if", "image_filter", "ip_hash", "js_content", "js_import",
  "least_conn", "limit_conn", "limit_conn_zone", "limit_except", "limit_rate", "limit_req", "limit_req_zone",
  "limit_req_status", "load_module", "mail", "memcached_pass", "mirror", "open_log_file_cache", "perl", "proxy_bind",
  "proxy_cache", "proxy_cache_key", "proxy_cache_path", "proxy_cache_valid", "proxy_cookie_domain",
  "proxy_cookie_path", "proxy_ignore_headers", "proxy_intercept_errors", "proxy_method", "proxy_next_upstream",
  "proxy_pass_header", "proxy_pass_request_body", "proxy_pass_request_headers", "proxy_ssl_certificate",
  "proxy_ssl_certificate_key", "proxy_ssl_trusted_certificate", "random", "random_index", "real_ip_header",
  "real_ip_recursive", "satisfy", "scgi_pass", "secure_link", "set_real_ip_from", "slice", "split_clients",
  "ssi", "ssl_client_certificate", "ssl_dhparam", "ssl_ecdh_curve", "ssl_stapling", "ssl_stapling_verify",
  "ssl_trusted_certificate", "ssl_verify_client", "ssl_password_file", "stream", "sub_filter", "sub_filter_once",
  "sub_filter_types", "userid", "uwsgi_param", "uwsgi_pass", "valid_referers", "xslt_stylesheet", "proxy_protocol",
]);

/** How many words some directives take, as nginx counts them. */
export const argumentCounts: Readonly<Record<string, readonly [least: number, most: number]>> = {
  listen: [1, 10],
  server_name: [1, 100],
  root: [1, 1],
  alias: [1, 1],
  index: [1, 100],
  return: [1, 2],
  proxy_pass: [1, 1],
  proxy_set_header: [2, 2],
  add_header: [2, 3],
  default_type: [1, 1],
  try_files: [2, 100],
  error_page: [2, 100],
  autoindex: [1, 1],
  rewrite: [2, 3],
  set: [2, 2],
  allow: [1, 1],
  deny: [1, 1],
};

/** Where some directives may stand; those that are not named may stand anywhere. */
export const contexts: Readonly<Record<string, readonly string[]>> = {
  events: ["main"],
  http: ["main"],
  worker_processes: ["main"],
  user: ["main"],
  pid: ["main"],
  daemon: ["main"],
  worker_connections: ["events"],
  server: ["http", "upstream"],
  upstream: ["http"],
  log_format: ["http"],
  map: ["http"],
  listen: ["server"],
  server_name: ["server"],
  location: ["server", "location"],
  alias: ["location"],
  internal: ["location"],
  proxy_pass: ["location"],
  return: ["server", "location"],
  rewrite: ["server", "location"],
  root: ["http", "server", "location"],
  index: ["http", "server", "location"],
  try_files: ["server", "location"],
  add_header: ["http", "server", "location"],
  default_type: ["http", "server", "location"],
};
