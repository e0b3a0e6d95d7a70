/**
 * Families of the Redis exporter. They have the names of redis_exporter, so that its dashboards and alerts work unchanged.
 */
import { type Counter, counter, type Gauge, gauge } from 'otel-node-exporter';

/** Families by field of the command INFO. */
export const fields: Readonly<Record<string, Gauge | Counter>> = {
  uptime_in_seconds: gauge('redis_uptime_in_seconds', 'Time since the start of Redis in seconds.'),
  process_id: gauge('redis_process_id', 'Process id of Redis.'),
  connected_clients: gauge('redis_connected_clients', 'Client connections to Redis.'),
  blocked_clients: gauge('redis_blocked_clients', 'Clients of Redis that wait in a blocking command.'),
  tracking_clients: gauge('redis_tracking_clients', 'Clients of Redis that track keys for client-side caching.'),
  maxclients: gauge('redis_max_clients', 'Limit of client connections to Redis.'),
  used_memory: gauge('redis_memory_used_bytes', 'Memory that Redis has allocated, in bytes.'),
  used_memory_rss: gauge('redis_memory_used_rss_bytes', 'Resident memory of Redis in bytes.'),
  used_memory_peak: gauge('redis_memory_used_peak_bytes', 'Maximum of the memory that Redis had allocated, in bytes.'),
  used_memory_overhead: gauge(
    'redis_memory_used_overhead_bytes',
    'Memory of Redis for buffers and internals, in bytes.',
  ),
  used_memory_dataset: gauge('redis_memory_used_dataset_bytes', 'Memory of Redis for data, in bytes.'),
  used_memory_startup: gauge(
    'redis_memory_used_startup_bytes',
    'Memory that Redis had allocated at its start, in bytes.',
  ),
  maxmemory: gauge('redis_memory_max_bytes', 'Limit of the memory of Redis in bytes; 0 for no limit.'),
  mem_fragmentation_ratio: gauge(
    'redis_mem_fragmentation_ratio',
    'Resident memory of Redis divided by its allocated memory.',
  ),
  loading: gauge('redis_loading_dump_file', 'Whether Redis loads a dump file (1 = yes, 0 = no).'),
  rdb_changes_since_last_save: gauge('redis_rdb_changes_since_last_save', 'Changes in Redis since the last RDB dump.'),
  rdb_bgsave_in_progress: gauge(
    'redis_rdb_bgsave_in_progress',
    'Whether Redis writes an RDB dump in the background (1 = yes, 0 = no).',
  ),
  rdb_last_save_time: gauge(
    'redis_rdb_last_save_timestamp_seconds',
    'Time of the last successful RDB dump of Redis, as Unix time in seconds.',
  ),
  rdb_last_bgsave_status: gauge(
    'redis_rdb_last_bgsave_status',
    'Whether the last RDB dump of Redis succeeded (1 = yes, 0 = no).',
  ),
  aof_enabled: gauge('redis_aof_enabled', 'Whether Redis writes an append-only file (1 = yes, 0 = no).'),
  aof_last_write_status: gauge(
    'redis_aof_last_write_status',
    'Whether the last write of Redis to the append-only file succeeded (1 = yes, 0 = no).',
  ),
  pubsub_channels: gauge('redis_pubsub_channels', 'Channels of Redis with subscribers.'),
  pubsub_patterns: gauge('redis_pubsub_patterns', 'Channel patterns of Redis with subscribers.'),
  connected_slaves: gauge('redis_connected_slaves', 'Replicas that are connected to Redis.'),
  master_repl_offset: gauge('redis_master_repl_offset', 'Replication offset of Redis in bytes.'),
  total_connections_received: counter('redis_connections_received_total', 'Connections that Redis has accepted.'),
  rejected_connections: counter(
    'redis_rejected_connections_total',
    'Connections that Redis has rejected because of the limit of clients.',
  ),
  total_commands_processed: counter('redis_commands_processed_total', 'Commands that Redis has processed.'),
  total_net_input_bytes: counter('redis_net_input_bytes_total', 'Bytes that Redis has received.'),
  total_net_output_bytes: counter('redis_net_output_bytes_total', 'Bytes that Redis has sent.'),
  expired_keys: counter('redis_expired_keys_total', 'Keys of Redis that have expired.'),
  evicted_keys: counter('redis_evicted_keys_total', 'Keys that Redis has evicted because of the memory limit.'),
  keyspace_hits: counter('redis_keyspace_hits_total', 'Lookups of keys in Redis that found the key.'),
  keyspace_misses: counter('redis_keyspace_misses_total', 'Lookups of keys in Redis that did not find the key.'),
  used_cpu_sys: counter('redis_cpu_sys_seconds_total', 'System CPU time of Redis in seconds.'),
  used_cpu_user: counter('redis_cpu_user_seconds_total', 'User CPU time of Redis in seconds.'),
};

export const instance = gauge(
  'redis_instance_info',
  'Role, version and configuration of Redis, as labels. The value is 1.',
  [
    ...['role', 'redis_version', 'redis_build_id', 'redis_mode', 'os'],
    ...['maxmemory_policy', 'tcp_port', 'run_id', 'process_id', 'master_replid'],
  ],
);

export const start = {
  uptime_in_seconds: gauge('redis_start_time_seconds', 'Start of Redis as Unix time in seconds.'),
};

/** Families by part of a database field: `db0:keys=1,expires=0,avg_ttl=0`. */
export const databases = {
  keys: gauge('redis_db_keys', 'Keys in the database of Redis.', ['db']),
  expires: gauge('redis_db_keys_expiring', 'Keys with an expiry in the database of Redis.', ['db']),
};
export const databaseTimes = {
  avg_ttl: gauge(
    'redis_db_avg_ttl_seconds',
    'Mean time until the expiring keys in the database of Redis expire, in seconds.',
    ['db'],
  ),
};

/**
 * Families by part of a command field: `cmdstat_get:calls=1,usec=6,usec_per_call=6.00,rejected_calls=0,failed_calls=0`.
 */
export const commands = {
  calls: counter('redis_commands_total', 'Calls of the Redis command.', ['cmd']),
  rejected_calls: counter(
    'redis_commands_rejected_calls_total',
    'Calls of the Redis command that failed before its execution.',
    ['cmd'],
  ),
  failed_calls: counter(
    'redis_commands_failed_calls_total',
    'Calls of the Redis command that failed during its execution.',
    ['cmd'],
  ),
};
export const commandTimes = {
  usec: counter('redis_commands_duration_seconds_total', 'Time spent in the Redis command in seconds.', ['cmd']),
};

/** Families by part of an error field: `errorstat_ERR:count=1`. */
export const errors = { count: counter('redis_errors_total', 'Error replies of Redis by prefix.', ['err']) };

/** All families, in the order of the exposition. */
export const all = [
  instance,
  ...[fields, start, databases, databaseTimes, commands, commandTimes, errors].flatMap((byName) =>
    Object.values(byName),
  ),
];
