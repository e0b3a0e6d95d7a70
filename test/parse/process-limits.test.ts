import { parseProcessLimits } from '../../src/parse/process-limits.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseProcessLimits', parseProcessLimits);

const HEADING = 'Limit                     Soft Limit           Hard Limit           Units     \n';
const LIMITS = `${HEADING}Max cpu time              unlimited            unlimited            seconds   
Max processes             95764                95764                processes 
Max open files            20000                524288               files     
Max address space         unlimited            unlimited            bytes     
Max nice priority         0                    0                    
`;

parses('soft limits', LIMITS, { openFiles: 20000, addressSpace: Number.POSITIVE_INFINITY });
parses('a table without limits', HEADING, { openFiles: undefined, addressSpace: undefined });
rejects('a line without a limit', `${HEADING}Max open files\n`, 'expected a number, got "" in "Max open files"');
survives(LIMITS);
