import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { gauge } from '../metrics/metric.ts';
import { parseSlabinfo } from '../parse/slabinfo.ts';
import { skipUndefined } from './support/emit-defined.ts';
import { createNarrowingFilter } from './support/filter.ts';

/**
 * The label `index` distinguishes caches with the same name. As in node_exporter, a cache with a unique name lacks the
 * label.
 */
const LABELS = ['slab', 'index'] as const;
const activeObjects = gauge('node_slabinfo_active_objects', 'Objects of the slab cache that are in use.', LABELS);
const objects = gauge('node_slabinfo_objects', 'Objects of the slab cache, whether in use or not.', LABELS);
const objectBytes = gauge('node_slabinfo_object_size_bytes', 'Size of an object of the slab cache, in bytes.', LABELS);
const objectsPerSlab = gauge('node_slabinfo_objects_per_slab', 'Objects in each slab of the slab cache.', LABELS);
const pagesPerSlab = gauge('node_slabinfo_pages_per_slab', 'Memory pages in each slab of the slab cache.', LABELS);

/** https://man7.org/linux/man-pages/man5/slabinfo.5.html */
export const slabinfo = defineCollector({
  name: 'slabinfo',
  help: 'Slab caches of the kernel from /proc/slabinfo, which only root may read',
  enabled: false,
  flags: {
    'slabs-include': pattern('Slab caches to include.', '.*'),
    'slabs-exclude': pattern('Slab caches to exclude although slabs-include matches them.'),
  },
  create: ({ 'slabs-include': include, 'slabs-exclude': exclude }) => {
    const isIncluded = createNarrowingFilter(include, exclude);
    return {
      families: [activeObjects, objects, objectBytes, objectsPerSlab, pagesPerSlab],
      collect(host, emit) {
        const emitDefined = skipUndefined(emit);
        const slabs = host.proc.read('slabinfo', (text, report) => parseSlabinfo(text, isIncluded, report));
        for (const caches of Map.groupBy(slabs, ({ name }) => name).values()) {
          for (const [index, cache] of caches.entries()) {
            const labels = { slab: cache.name, index: caches.length === 1 ? undefined : String(index) };
            emitDefined(activeObjects, cache.activeObjects, labels);
            emitDefined(objects, cache.objects, labels);
            emitDefined(objectBytes, cache.objectBytes, labels);
            emitDefined(objectsPerSlab, cache.objectsPerSlab, labels);
            emitDefined(pagesPerSlab, cache.pagesPerSlab, labels);
          }
        }
      },
    };
  },
});
