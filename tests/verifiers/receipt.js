/* Runs the checking code of gateway/portal/check in node, and prints what it tells as JSON.
 *
 *   node receipt.js KEYS FILE...
 *
 * KEYS is a file of verifier keys. With WITHOUT_ED25519 set the signatures are those of a browser
 * that knows no Ed25519. */
'use strict';

const { readFileSync } = require('node:fs');
const { webcrypto } = require('node:crypto');

if (!globalThis.crypto) {
    globalThis.crypto = webcrypto;
}
if (process.env.WITHOUT_ED25519) {
    globalThis.crypto.subtle.importKey = async () => {
        throw new DOMException('unknown algorithm', 'NotSupportedError');
    };
}
const receiptCheck = require('../../gateway/portal/check/check.js');

async function main([keysPath, ...paths]) {
    const files = paths.map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(path)) }));
    const told = await receiptCheck.check(files, readFileSync(keysPath, 'utf8'));
    console.log(JSON.stringify(told));
}

main(process.argv.slice(2));
