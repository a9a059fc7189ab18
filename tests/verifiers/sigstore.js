/* Holds tlog-proofs against Sigstore's verifier, as npm and its users run it.
 *
 *   NODE_PATH=.../node_modules node sigstore.js VKEYS PROOF ENTRY...
 *
 * VKEYS is a file of verifier keys, one a line; each PROOF has beside it the bytes of its entry. The
 * two modules are internal to @sigstore/verify 3.x, which is why its version stands still. Exit code
 * 0: all proofs hold; 1: one does not, and it says which. */
'use strict';

const { createPublicKey } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle');

/* What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/* A log as Sigstore's trusted root has it, from a verifier key. */
function logOf(vkey) {
    const [name, id, typed] = vkey.split(/\+(.*?)\+(.*)/s);
    const key = Buffer.concat([DER_HEAD, Buffer.from(typed, 'base64').subarray(1)]);
    return {
        baseURL: name,
        logID: Buffer.from(id, 'hex'),
        publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
    };
}

/* An entry as Sigstore's bundles have it, from a tlog-proof and the entry's bytes. */
function entryOf(proof, entry) {
    const end = proof.indexOf('\n\n');
    const lines = proof.slice(0, end).split('\n');
    return {
        canonicalizedBody: entry,
        inclusionProof: {
            logIndex: lines[1].replace('index ', ''),
            hashes: lines.slice(2).map((line) => Buffer.from(line, 'base64')),
            checkpoint: { envelope: proof.slice(end + 2) },
        },
    };
}

function check(logs, proofPath, entryPath) {
    const entry = entryOf(readFileSync(proofPath, 'utf8'), readFileSync(entryPath));
    const checkpoint = verifyCheckpoint(entry, logs);
    verifyMerkleInclusion(entry, checkpoint);
    console.log(`sigstore: entry ${entry.inclusionProof.logIndex} is in the log of `
        + `${checkpoint.logSize} (${checkpoint.origin})`);
}

const [keysPath, ...files] = process.argv.slice(2);
const logs = readFileSync(keysPath, 'utf8').trim().split('\n').map(logOf);
for (let i = 0; i < files.length; i += 2) {
    try {
        check(logs, files[i], files[i + 1]);
    } catch (error) {
        console.error(`sigstore: ${files[i]}: ${error.message}`);
        process.exit(1);
    }
}
