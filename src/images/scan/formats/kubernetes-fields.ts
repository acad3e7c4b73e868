/**
 * Lists of containers. The first three are those of a PodSpec; `steps` and `sidecars` are Tekton's Task, whose items are containers
 * by another name. (Items without an image, as the steps of other tools, give nothing.)
 */
export const CONTAINER_LISTS: ReadonlySet<string> = new Set([
  'containers',
  'initContainers',
  'ephemeralContainers',
  'steps',
  'sidecars',
]);

/** One container by itself: Argo Workflows' `container` and `script`, Tekton's `stepTemplate`. */
export const SINGLE_CONTAINERS: ReadonlySet<string> = new Set(['container', 'script', 'stepTemplate']);

/** Custom resources that name an image outside of a pod, each by its operator's API reference. */
export const IMAGE_FIELDS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  // monitoring.coreos.com
  ['Prometheus', [['spec', 'image']]],
  ['PrometheusAgent', [['spec', 'image']]],
  ['Alertmanager', [['spec', 'image']]],
  ['ThanosRuler', [['spec', 'image']]],
  // elastic.co
  ['Elasticsearch', [['spec', 'image']]],
  ['Kibana', [['spec', 'image']]],
  // postgresql.cnpg.io
  ['Cluster', [['spec', 'imageName']]],
  // minio.min.io
  ['Tenant', [['spec', 'image']]],
  // opentelemetry.io
  ['OpenTelemetryCollector', [['spec', 'image']]],
]);
