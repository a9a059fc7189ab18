/* Checks receipts of the public log: without a server, without a library, in a browser or in node.
 *
 *   const told = await receiptCheck.check([{name, bytes}], keys)
 *
 * `told.verdict` is 'proved', 'open' (no Ed25519 here) or 'refused'. The formats are those of
 * RFC 6962 and C2SP (signed-note, tlog-checkpoint, tlog-proof); README.md says what a receipt is. */
'use strict';

const receiptCheck = (() => {
    const PROOF_HEAD = 'c2sp.org/tlog-proof@v1';
    const HASH_BYTES = 32;
    const HASHES_MAX = 65;
    const DEPTH_MAX = 12;
    const KEY_OF_LOG = 1;
    const subtle = globalThis.crypto && globalThis.crypto.subtle;

    /* What is wrong, in both languages. */
    class Refusal extends Error {
        constructor(zh, en) {
            super(en);
            this.zh = zh;
        }
    }

    function demand(holds, zh, en) {
        if (!holds) {
            throw new Refusal(zh, en);
        }
    }

    // -- bytes -----------------------------------------------------------------------------------

    const toBytes = (text) => new TextEncoder().encode(text);

    function toText(bytes) {
        try {
            return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
            throw new Refusal('文件不是 UTF-8 文本', 'the file is no UTF-8 text');
        }
    }

    function fromBase64(text) {
        const isWhole = typeof text === 'string' && text.length % 4 === 0
            && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
        const raw = isWhole ? atob(text) : '';
        demand(isWhole && btoa(raw) === text, '不是规范的 base64', 'this is no base64');
        return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
    }

    const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

    const areEqual = (left, right) => left.length === right.length
        && left.every((byte, at) => byte === right[at]);

    function joined(...parts) {
        const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
        let at = 0;
        for (const part of parts) {
            whole.set(part, at);
            at += part.length;
        }
        return whole;
    }

    async function sha256(...parts) {
        return new Uint8Array(await subtle.digest('SHA-256', joined(...parts)));
    }

    function toNumber(text, zh, en) {
        demand(/^(0|[1-9][0-9]{0,18})$/.test(text), zh, en);
        return BigInt(text);
    }

    function toHash(text) {
        const hash = fromBase64(text);
        demand(hash.length === HASH_BYTES, '哈希值须为 32 字节', 'a hash has 32 bytes');
        return hash;
    }

    // -- keys and signed notes -------------------------------------------------------------------

    async function readKey(line) {
        const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/i.exec(line);
        demand(parts, '验证密钥的写法是 名称+编号+base64', 'a verifier key is name+id+base64');
        const typed = fromBase64(parts[3]);
        demand(typed.length === 1 + 32 && typed[0] === KEY_OF_LOG,
            '这不是日志的 Ed25519 密钥', 'this is no Ed25519 key of a log');
        const id = (await sha256(toBytes(`${parts[1]}\n`), typed)).subarray(0, 4);
        demand(toHex(id) === parts[2].toLowerCase(),
            '密钥的编号与其内容不符', 'the id of the key is not that of its bytes');
        return { name: parts[1], id, publicKey: typed.subarray(1) };
    }

    async function readKeys(text) {
        const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
        demand(lines.length > 0, '请先填写日志的验证密钥', 'the verifier key of the log is missing');
        return Promise.all(lines.map(readKey));
    }

    /* Takes a signed note apart at its last empty line. */
    function readNote(note) {
        const end = note.lastIndexOf('\n\n');
        demand(end > 0 && note.endsWith('\n') && !/[\x00-\x09\x0b-\x1f]/.test(note),
            '检查点不是签名文书', 'the checkpoint is no signed note');
        const signatures = note.slice(end + 2, -1).split('\n').map((line) => {
            const parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
            demand(parts, '检查点的签名行不合规', 'a signature line of the checkpoint is none');
            const bytes = fromBase64(parts[2]);
            demand(bytes.length > 4, '检查点的签名行不合规',
                'a signature line of the checkpoint is none');
            return { name: parts[1], id: bytes.subarray(0, 4), value: bytes.subarray(4) };
        });
        return { text: note.slice(0, end + 1), signatures };
    }

    /* Whether this key signed the text; null where nobody can tell: no Ed25519 here. */
    async function isSigned(text, key, signature) {
        try {
            const known = await subtle.importKey('raw', key.publicKey, { name: 'Ed25519' }, false,
                ['verify']);
            return await subtle.verify({ name: 'Ed25519' }, known, signature.value, toBytes(text));
        } catch (error) {
            if (error.name === 'NotSupportedError') {
                return null;
            }
            return false;
        }
    }

    async function openCheckpoint(signed, keys) {
        const note = readNote(signed);
        const lines = note.text.split('\n');
        demand(lines.length >= 4, '签名的内容不是检查点', 'the signed text is no checkpoint');
        const checkpoint = {
            origin: lines[0],
            size: toNumber(lines[1], '签名的内容不是检查点', 'the signed text is no checkpoint'),
            root: toHash(lines[2]),
            signers: [],
            isOpen: false,
        };
        for (const key of keys) {
            for (const signature of note.signatures) {
                if (signature.name !== key.name || !areEqual(signature.id, key.id)) {
                    continue;
                }
                const verdict = await isSigned(note.text, key, signature);
                demand(verdict !== false, `检查点上 ${key.name} 的签名是假的`,
                    `the signature of ${key.name} on the checkpoint is false`);
                demand(key.name === checkpoint.origin, `检查点属于另一本日志：${checkpoint.origin}`,
                    `the checkpoint is of another log: ${checkpoint.origin}`);
                checkpoint.signers.push(`${key.name}+${toHex(key.id)}`);
                checkpoint.isOpen = verdict === null;
            }
        }
        demand(checkpoint.signers.length > 0, '检查点没有所给密钥的签名',
            'the checkpoint is not signed by the given key');
        return checkpoint;
    }

    // -- proofs ----------------------------------------------------------------------------------

    function readProof(text) {
        const end = text.indexOf('\n\n');
        const lines = text.slice(0, end).split('\n');
        demand(end > 0 && lines[0] === PROOF_HEAD, `证明须以 ${PROOF_HEAD} 一行开头`,
            `a proof begins with the line ${PROOF_HEAD}`);
        if (lines.length > 1 && lines[1].startsWith('extra ')) {
            lines.splice(1, 1); // proved by nothing
        }
        demand(lines.length > 1 && lines[1].startsWith('index '), '证明缺少序号',
            'the index of the entry is missing');
        demand(lines.length - 2 <= HASHES_MAX, '证明的哈希值过多', 'the proof has too many hashes');
        return {
            index: toNumber(lines[1].slice(6), '证明缺少序号', 'the index of the entry is missing'),
            hashes: lines.slice(2).map(toHash),
            signed: text.slice(end + 2),
        };
    }

    /* The root that the proof leads to (RFC 9162, 2.1.3.2); null when it leads nowhere. */
    async function rootOf(leaf, index, size, hashes) {
        const one = Uint8Array.of(1);
        let place = index;
        let last = size - 1n;
        let hash = leaf;
        if (index >= size) {
            return null;
        }
        for (const other of hashes) {
            if (last === 0n) {
                return null;
            }
            if (place % 2n === 1n || place === last) {
                hash = await sha256(one, other, hash);
                while (place % 2n === 0n && place !== 0n) {
                    place /= 2n;
                    last /= 2n;
                }
            } else {
                hash = await sha256(one, hash, other);
            }
            place /= 2n;
            last /= 2n;
        }
        return last === 0n ? hash : null;
    }

    // -- events ----------------------------------------------------------------------------------

    /* A MessagePack value as events have it: no floats, no extensions. */
    class Pack {
        constructor(bytes) {
            this.bytes = bytes;
            this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
            this.at = 0;
        }

        take(size) {
            demand(this.at + size <= this.bytes.length, '事件不完整', 'the event is cut off');
            this.at += size;
            return this.at - size;
        }

        unsigned(size) {
            const at = this.take(size);
            return size === 8 ? Number(this.view.getBigUint64(at))
                : size === 4 ? this.view.getUint32(at)
                    : size === 2 ? this.view.getUint16(at) : this.view.getUint8(at);
        }

        signed(size) {
            const at = this.take(size);
            return size === 8 ? Number(this.view.getBigInt64(at))
                : size === 4 ? this.view.getInt32(at)
                    : size === 2 ? this.view.getInt16(at) : this.view.getInt8(at);
        }

        raw(size) {
            const at = this.take(size);
            return this.bytes.subarray(at, at + size);
        }

        list(count, depth) {
            const items = [];
            for (let i = 0; i < count; i++) {
                items.push(this.value(depth + 1));
            }
            return items;
        }

        map(count, depth) {
            const fields = new Map();
            for (let i = 0; i < count; i++) {
                const name = this.value(depth + 1);
                fields.set(name, this.value(depth + 1));
            }
            return fields;
        }

        value(depth) {
            demand(depth <= DEPTH_MAX, '事件嵌套过深', 'the event is nested too deeply');
            const kind = this.unsigned(1);
            if (kind < 0x80) return kind;
            if (kind < 0x90) return this.map(kind & 15, depth);
            if (kind < 0xa0) return this.list(kind & 15, depth);
            if (kind < 0xc0) return toText(this.raw(kind & 31));
            if (kind >= 0xe0) return kind - 256;
            switch (kind) {
            case 0xc0: return null;
            case 0xc2: return false;
            case 0xc3: return true;
            case 0xc4: return this.raw(this.unsigned(1));
            case 0xc5: return this.raw(this.unsigned(2));
            case 0xc6: return this.raw(this.unsigned(4));
            case 0xcc: return this.unsigned(1);
            case 0xcd: return this.unsigned(2);
            case 0xce: return this.unsigned(4);
            case 0xcf: return this.unsigned(8);
            case 0xd0: return this.signed(1);
            case 0xd1: return this.signed(2);
            case 0xd2: return this.signed(4);
            case 0xd3: return this.signed(8);
            case 0xd9: return toText(this.raw(this.unsigned(1)));
            case 0xda: return toText(this.raw(this.unsigned(2)));
            case 0xdb: return toText(this.raw(this.unsigned(4)));
            case 0xdc: return this.list(this.unsigned(2), depth);
            case 0xdd: return this.list(this.unsigned(4), depth);
            case 0xde: return this.map(this.unsigned(2), depth);
            case 0xdf: return this.map(this.unsigned(4), depth);
            default: throw new Refusal('事件的编码不明', 'the event is encoded in an unknown way');
            }
        }
    }

    function uuidOf(bytes) {
        const digits = toHex(bytes);
        return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16),
            digits.slice(16, 20), digits.slice(20)].join('-');
    }

    /* What an entry says by itself. */
    function readEvent(record) {
        const pack = new Pack(record);
        const fields = pack.value(0);
        demand(fields instanceof Map && pack.at === record.length, '记录不是事件',
            'the entry is no event');
        if (fields.has('stream')) {
            return { type: 'mark', source: fields.get('source') || '', time: '', caseId: '' };
        }
        const time = fields.get('time');
        const caseId = fields.get('case_id');
        demand(typeof fields.get('type') === 'string' && Number.isSafeInteger(time)
            && Math.abs(time) <= 8.64e15, '记录不是事件', 'the entry is no event');
        return {
            type: fields.get('type'),
            source: fields.get('source'),
            time: new Date(time).toISOString(),
            caseId: caseId instanceof Uint8Array ? uuidOf(caseId) : '',
        };
    }

    // -- receipts --------------------------------------------------------------------------------

    const isProof = (file) => areEqual(file.bytes.subarray(0, PROOF_HEAD.length), toBytes(PROOF_HEAD));

    function readPair(one) {
        demand(one && typeof one.proof === 'string' && Number.isSafeInteger(one.index),
            '文件不是凭证', 'the file is no receipt');
        return { number: one.index, proof: one.proof, record: fromBase64(one.record) };
    }

    /* The proofs of a receipt: of its JSON, or of a tlog-proof with its entry beside it. */
    function readReceipt(files) {
        const proof = files.find(isProof);
        if (proof) {
            demand(files.length === 2, '请同时打开证明和它的记录两个文件',
                'a tlog-proof needs the file of its entry beside it');
            const entry = files.find((file) => file !== proof);
            return { more: false, waiting: 0,
                proofs: [{ proof: toText(proof.bytes), record: entry.bytes }] };
        }
        let told = null;
        demand(files.length === 1, '请打开一张凭证', 'open one receipt');
        try {
            told = JSON.parse(toText(files[0].bytes));
        } catch {
            throw new Refusal('文件既不是凭证也不是证明', 'the file is neither a receipt nor a proof');
        }
        demand(told && Array.isArray(told.proofs), '文件不是凭证', 'the file is no receipt');
        demand(told.proofs.length > 0, '凭证中没有事件', 'the receipt has no events');
        return { more: told.more === true, waiting: Number(told.waiting) || 0,
            proofs: told.proofs.map(readPair) };
    }

    async function checkOne(one, keys) {
        const told = { number: null, isProved: false, isOpen: false, wrong: null };
        try {
            const proof = readProof(one.proof);
            told.number = (proof.index + 1n).toString();
            Object.assign(told, readEvent(one.record));
            const checkpoint = await openCheckpoint(proof.signed, keys);
            Object.assign(told, { origin: checkpoint.origin, size: checkpoint.size.toString(),
                signers: checkpoint.signers });
            const leaf = await sha256(Uint8Array.of(0), one.record);
            const root = await rootOf(leaf, proof.index, checkpoint.size, proof.hashes);
            demand(root && areEqual(root, checkpoint.root), '记录不在日志的这个位置',
                'the entry is not at this place of the log');
            demand(one.number === undefined || String(one.number) === told.number,
                '凭证所写的编号不是证明的编号', 'the receipt gives another number than the proof');
            told.isOpen = checkpoint.isOpen;
            told.isProved = !checkpoint.isOpen;
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            told.wrong = { zh: error.zh, en: error.message };
        }
        return told;
    }

    /* Checks a receipt: files as {name, bytes}, keys as text, one a line. */
    async function check(files, keysText) {
        const told = { verdict: 'refused', events: [], more: false, waiting: 0, wrong: null };
        try {
            demand(subtle, '此浏览器不提供 WebCrypto，无法核验', 'this browser has no WebCrypto');
            const keys = await readKeys(keysText);
            const receipt = readReceipt(files);
            told.more = receipt.more;
            told.waiting = receipt.waiting;
            for (const one of receipt.proofs) {
                told.events.push(await checkOne(one, keys));
            }
            told.verdict = told.events.every((event) => event.isProved) ? 'proved'
                : told.events.every((event) => event.isProved || event.isOpen) ? 'open' : 'refused';
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            told.wrong = { zh: error.zh, en: error.message };
        }
        return told;
    }

    return { check };
})();

// -- the page ------------------------------------------------------------------------------------

const receiptPage = (() => {
    const VERDICTS = {
        proved: ['核验通过：以下事件都在日志中。', 'Proved: all these events are in the log.'],
        open: ['此浏览器不支持 Ed25519，签名未能核验；哈希值相符。请换用新版浏览器，或用 glasshall-audit check-receipt。',
            'This browser knows no Ed25519: the hashes hold, the signature could not be checked. Take a newer '
            + 'browser, or glasshall-audit check-receipt.'],
        refused: ['核验不通过。', 'Not proved.'],
    };

    function element(name, text, kind) {
        const made = document.createElement(name);
        made.textContent = text;
        made.className = kind || '';
        return made;
    }

    function both(parent, name, zh, en, kind) {
        parent.append(element(name, zh, kind));
        const english = element(name, en, `${kind || ''} en`);
        english.lang = 'en';
        parent.append(english);
    }

    function showEvent(list, event) {
        const item = document.createElement('li');
        item.className = event.wrong ? 'refused' : event.isOpen ? 'open' : 'proved';
        item.append(element('b', event.type || '?'));
        for (const [zh, en, value] of [
            ['编号', 'number', event.number], ['时间', 'time', event.time],
            ['事项', 'case', event.caseId], ['日志', 'log', event.origin],
            ['检查点长度', 'size of the checkpoint', event.size],
            ['签名', 'signed by', (event.signers || []).join(', ')]]) {
            if (value) {
                item.append(element('div', `${zh} ${en}: ${value}`));
            }
        }
        if (event.wrong) {
            both(item, 'p', event.wrong.zh, event.wrong.en, 'wrong');
        }
        list.append(item);
    }

    function show(told) {
        const place = document.getElementById('told');
        place.replaceChildren();
        both(place, 'h2', ...VERDICTS[told.verdict], told.verdict);
        if (told.wrong) {
            both(place, 'p', told.wrong.zh, told.wrong.en, 'wrong');
        }
        if (told.more || told.waiting > 0) {
            both(place, 'p', '这张凭证并不包含该事项的全部事件。',
                'This receipt does not hold all events of the case.');
        }
        const list = document.createElement('ol');
        told.events.forEach((event) => showEvent(list, event));
        place.append(list);
    }

    async function look() {
        const chosen = Array.from(document.getElementById('files').files);
        if (chosen.length > 0) {
            const files = await Promise.all(chosen.map(async (file) => (
                { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
            show(await receiptCheck.check(files, document.getElementById('keys').value));
        }
    }

    return { look };
})();

if (typeof module === 'object' && module.exports) {
    module.exports = receiptCheck;
} else if (typeof document !== 'undefined') {
    document.getElementById('files').addEventListener('change', receiptPage.look);
    document.getElementById('keys').addEventListener('change', receiptPage.look);
}
