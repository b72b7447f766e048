/*!
 * The solver of altcha-lib 2.8.0 (https://github.com/altcha-org/altcha-lib), with only PBKDF2, as a module of this script.
 *
 * MIT License. Copyright (c) 2023-2026 Daniel Regeci, BAU Software s.r.o.
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
 * rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
 * persons to whom the Software is furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
 * Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 * WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 * COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
 * OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

/*
 * Changed: no workers, which a page's content policy may not allow, and which no script of another origin can start. The
 * browser derives keys outside of the page's thread anyway, so several numbers are tried side by side without them.
 */
const MOST_LANES = 4;

/* The solution of a challenge; null after `signal`, an AbortSignal. Rejects where the browser cannot derive keys. */
export async function solve({ parameters }, signal) {
  const lanes = Math.min(MOST_LANES, navigator.hardwareConcurrency || 1);
  const found = new AbortController();
  const isOver = () => signal.aborted || found.signal.aborted;
  const solutions = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const solution = await tryNumbers(parameters, lane, lanes, isOver);
      if (solution) found.abort();
      return solution;
    }),
  );
  return solutions.find(Boolean) || null;
}

async function tryNumbers(parameters, first, step, isOver) {
  const nonce = bytesOf(parameters.nonce);
  const salt = bytesOf(parameters.salt);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  const begun = performance.now();
  for (let counter = first; !isOver(); counter += step) {
    new DataView(password.buffer).setUint32(nonce.length, counter, false);
    const derivedKey = hexOf(await deriveKey(parameters, salt, password));
    if (derivedKey.startsWith(parameters.keyPrefix)) {
      return { counter, derivedKey, time: Math.floor(performance.now() - begun) };
    }
  }
  return null;
}

async function deriveKey({ algorithm, cost, keyLength }, salt, password) {
  const key = await crypto.subtle.importKey("raw", password, { name: "PBKDF2" }, false, ["deriveBits"]);
  const how = { name: "PBKDF2", salt, iterations: cost, hash: algorithm.slice("PBKDF2/".length) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
