import { defineCollector } from '../collection/collector.ts';
import { counter, type Family } from '../metrics/metric.ts';
import { parseXfrmStat } from '../parse/xfrm-stat.ts';

type XfrmFamily = Family<never, 'counter'>;

function received(name: string, reason: string): XfrmFamily {
  return counter(`node_xfrm_${name}_packets_total`, `Received IPsec packets dropped because ${reason}.`);
}

function outgoing(name: string, reason: string): XfrmFamily {
  return counter(`node_xfrm_${name}_packets_total`, `Outgoing IPsec packets dropped because ${reason}.`);
}

/** Families by the name of the counter in the file. https://docs.kernel.org/networking/xfrm_proc.html */
const FAMILIES: Readonly<Record<string, XfrmFamily>> = {
  XfrmAcquireError: counter(
    'node_xfrm_acquire_error_packets_total',
    'IPsec packets dropped because their security association was used before it was fully acquired.',
  ),
  XfrmFwdHdrError: counter(
    'node_xfrm_fwd_hdr_error_packets_total',
    'IPsec packets that were dropped because forwarding them is not allowed.',
  ),
  XfrmInBufferError: received('in_buffer_error', 'no memory buffer was available'),
  XfrmInError: received('in_error', 'of an error that has no more specific counter'),
  XfrmInHdrError: received('in_hdr_error', 'of a bad header'),
  XfrmInNoPols: received('in_no_pols', 'no policy was found for their security associations'),
  XfrmInNoStates: received('in_no_states', 'no security association was found for them'),
  XfrmInPolBlock: received('in_pol_block', 'a policy discards them'),
  XfrmInPolError: received('in_pol_error', 'of an error in their policy'),
  XfrmInStateExpired: received('in_state_expired', 'their security association had expired'),
  XfrmInStateInvalid: received('in_state_invalid', 'their security association was invalid'),
  XfrmInStateMismatch: received(
    'in_state_mismatch',
    'an option of their security association, such as UDP encapsulation, did not match',
  ),
  XfrmInStateModeError: received(
    'in_state_mode_error',
    'of an error specific to the mode of their security association, such as tunnel mode',
  ),
  XfrmInStateProtoError: received(
    'in_state_proto_error',
    'of an error specific to the protocol of their security association, such as a wrong key',
  ),
  XfrmInStateSeqError: received('in_state_seq_error', 'their sequence number was outside the window'),
  XfrmInTmplMismatch: received('in_tmpl_mismatch', 'their security associations matched no template of the policy'),
  XfrmOutBundleCheckError: outgoing(
    'out_bundle_check_error',
    'the check of their bundle (chain of security associations) failed',
  ),
  XfrmOutBundleGenError: outgoing(
    'out_bundle_gen_error',
    'their bundle (chain of security associations) could not be generated',
  ),
  XfrmOutError: outgoing('out_error', 'of an error that has no more specific counter'),
  XfrmOutNoStates: outgoing('out_no_states', 'no security association was found for them'),
  XfrmOutPolBlock: outgoing('out_pol_block', 'a policy discards them'),
  XfrmOutPolDead: outgoing('out_pol_dead', 'their policy had already been deleted'),
  XfrmOutPolError: outgoing('out_pol_error', 'of an error in their policy'),
  XfrmOutStateExpired: outgoing('out_state_expired', 'their security association had expired'),
  XfrmOutStateInvalid: outgoing('out_state_invalid', 'their security association was invalid'),
  XfrmOutStateModeError: outgoing(
    'out_state_mode_error',
    'of an error specific to the mode of their security association, such as tunnel mode',
  ),
  XfrmOutStateProtoError: outgoing(
    'out_state_proto_error',
    'of an error specific to the protocol of their security association',
  ),
  XfrmOutStateSeqError: outgoing('out_state_seq_error', 'the sequence number of their security association overflowed'),
};

const WANTED: ReadonlySet<string> = new Set(Object.keys(FAMILIES));

export const xfrm = defineCollector({
  name: 'xfrm',
  help: 'Dropped IPsec packets by reason from /proc/net/xfrm_stat',
  enabled: false,
  create: () => ({
    families: Object.values(FAMILIES),
    collect({ proc }, emit) {
      const counts = proc.read('net/xfrm_stat', (text, report) => parseXfrmStat(text, WANTED, report));
      for (const [name, family] of Object.entries(FAMILIES)) {
        // A counter that the kernel does not print is 0, as in node_exporter.
        const count = counts.has(name) ? counts.get(name) : 0;
        if (count !== undefined) emit(family, count);
      }
    },
  }),
});
