import { defineCollector } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { gauge } from '../metrics/metric.ts';
import { parseSlabinfo } from '../parse/slabinfo.ts';
import { createNarrowingFilter } from './support/filter.ts';

const LABELS = ['slab'] as const;
const activeObjects = gauge('node_slabinfo_active_objects', 'Objects of a cache that are in use.', LABELS);
const objects = gauge('node_slabinfo_objects', 'Objects of a cache, in use or not.', LABELS);
const objectBytes = gauge('node_slabinfo_object_size_bytes', 'Bytes of one object of a cache.', LABELS);
const objectsPerSlab = gauge('node_slabinfo_objects_per_slab', 'Objects in one slab of a cache.', LABELS);
const pagesPerSlab = gauge('node_slabinfo_pages_per_slab', 'Pages of one slab of a cache.', LABELS);

export const slabinfo = defineCollector({
  name: 'slabinfo',
  help: "Caches of the kernel's allocator from /proc/slabinfo, which only root may read",
  enabled: false,
  flags: {
    'slabs-include': pattern('Slabs to include.', '.*'),
    'slabs-exclude': pattern('Slabs to exclude.'),
  },
  create: ({ 'slabs-include': include, 'slabs-exclude': exclude }) => {
    const isWanted = createNarrowingFilter(include, exclude);
    return {
      families: [activeObjects, objects, objectBytes, objectsPerSlab, pagesPerSlab],
      collect(host, emit) {
        for (const cache of host.proc.read('slabinfo', parseSlabinfo)) {
          if (!isWanted(cache.name)) continue;
          const labels = { slab: cache.name };
          emit(activeObjects, cache.activeObjects, labels);
          emit(objects, cache.objects, labels);
          emit(objectBytes, cache.objectBytes, labels);
          emit(objectsPerSlab, cache.objectsPerSlab, labels);
          emit(pagesPerSlab, cache.pagesPerSlab, labels);
        }
      },
    };
  },
});
