import { defineCollector } from '../collection/collector.ts';
import { counter, type Family } from '../metrics/metric.ts';
import { parseXfrmStat } from '../parse/xfrm-stat.ts';

function packets(name: string, help: string): Family<never, 'counter'> {
  return counter(`node_xfrm_${name}_packets_total`, `IPsec packets not processed: ${help}.`);
}

/** By name in the file. https://docs.kernel.org/networking/xfrm_proc.html */
const FAMILIES = {
  XfrmAcquireError: packets('acquire_error', 'the state was not complete yet'),
  XfrmFwdHdrError: packets('fwd_hdr_error', 'forwarding was not allowed'),
  XfrmInBufferError: packets('in_buffer_error', 'received, no buffer was left'),
  XfrmInError: packets('in_error', 'received, for no other reason'),
  XfrmInHdrError: packets('in_hdr_error', 'received, the header was bad'),
  XfrmInNoPols: packets('in_no_pols', 'received, no policy was found'),
  XfrmInNoStates: packets('in_no_states', 'received, no state was found'),
  XfrmInPolBlock: packets('in_pol_block', 'received, the policy discards'),
  XfrmInPolError: packets('in_pol_error', 'received, the policy was bad'),
  XfrmInStateExpired: packets('in_state_expired', 'received, the state had expired'),
  XfrmInStateInvalid: packets('in_state_invalid', 'received, the state was not valid'),
  XfrmInStateMismatch: packets('in_state_mismatch', 'received, an option of the state did not match'),
  XfrmInStateModeError: packets('in_state_mode_error', 'received, the mode was bad'),
  XfrmInStateProtoError: packets('in_state_proto_error', 'received, the protocol failed, as with a wrong key'),
  XfrmInStateSeqError: packets('in_state_seq_error', 'received, the sequence number was out of the window'),
  XfrmInTmplMismatch: packets('in_tmpl_mismatch', 'received, no template matched'),
  XfrmOutBundleCheckError: packets('out_bundle_check_error', 'to send, the bundle was bad'),
  XfrmOutBundleGenError: packets('out_bundle_gen_error', 'to send, no bundle could be made'),
  XfrmOutError: packets('out_error', 'to send, for no other reason'),
  XfrmOutNoStates: packets('out_no_states', 'to send, no state was found'),
  XfrmOutPolBlock: packets('out_pol_block', 'to send, the policy discards'),
  XfrmOutPolDead: packets('out_pol_dead', 'to send, the policy was dead'),
  XfrmOutPolError: packets('out_pol_error', 'to send, the policy was bad'),
  XfrmOutStateExpired: packets('out_state_expired', 'to send, the state had expired'),
  XfrmOutStateInvalid: packets('out_state_invalid', 'to send, the state was not valid'),
  XfrmOutStateModeError: packets('out_state_mode_error', 'to send, the mode was bad'),
  XfrmOutStateProtoError: packets('out_state_proto_error', 'to send, the protocol failed'),
  XfrmOutStateSeqError: packets('out_state_seq_error', 'to send, the sequence numbers ran out'),
};

const NOTHING = 'Cannot find a known counter in net/xfrm_stat of procfs';

export const xfrm = defineCollector({
  name: 'xfrm',
  help: 'IPsec packets that were not processed from /proc/net/xfrm_stat',
  enabled: false,
  create: () => ({
    families: Object.values(FAMILIES),
    collect({ proc }, emit) {
      const counts = proc.read('net/xfrm_stat', parseXfrmStat);
      // What this kernel does not count is 0, as in node_exporter; a file of nothing is none of the kernel's.
      if (!Object.keys(FAMILIES).some((name) => counts.has(name))) throw new Error(NOTHING);
      for (const [name, family] of Object.entries(FAMILIES)) emit(family, counts.get(name) ?? 0);
    },
  }),
});
