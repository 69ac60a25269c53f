// Reads the vectors with npm's socket.io-parser and engine.io-parser, and fails where they disagree.
//
// A vector may say `official` where the official parser is known to differ, and `why`: "accepts" (we are
// stricter), "waits" (for binary), "refuses at the handshake" (the parser takes it, the client does not), or
// the packet that it reads. A difference that is said but not there fails as well.

import { deepStrictEqual as same } from "node:assert";
import { readFileSync } from "node:fs";
import { Decoder, Encoder, isPacketValid } from "socket.io-parser";
import { decodePacket } from "engine.io-parser";

const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));
let disagreements = 0;

function check(vector, act) {
  try {
    act();
  } catch (error) {
    disagreements += 1;
    console.error(`${vector.name}: ${error.message}`);
  }
}

const plain = (value) => JSON.parse(JSON.stringify(value));

function decode(text) {
  const decoder = new Decoder();
  let packet = "waits";
  decoder.on("decoded", (decoded) => (packet = decoded));
  try {
    decoder.add(text);
  } catch {
    return "refuses";
  }
  return packet;
}

function outcome(packet) {
  return typeof packet === "string" ? packet : "accepts";
}

function checkPacket(vector) {
  const packet = decode(vector.input);
  if (vector.error) {
    return same(outcome(packet), vector.official ?? "refuses");
  }
  same(plain(packet), vector.official ?? vector.packet);
  if (!vector.official) {
    same(isPacketValid(packet), true);
    same(new Encoder().encode(vector.packet), [vector.encoded ?? vector.input]);
  }
}

const FRAMES = { close: "close", ping: "ping", pong: "ignored", noop: "ignored" };

function frame({ type, data }) {
  if (type === "error") return undefined;
  if (type === "message") return { message: data ?? "" };
  if (type !== "open") return FRAMES[type];
  const { sid, pingInterval, pingTimeout } = JSON.parse(data);
  return { open: { sid, pingInterval, pingTimeout } };
}

function checkFrame(vector) {
  const decoded = decodePacket(vector.input);
  if (vector.official === "accepts") {
    return same(decoded.type !== "error", true);
  }
  let read;
  try {
    read = frame(decoded);
  } catch {
    return same(vector.official, "refuses at the handshake");
  }
  same(vector.official, undefined);
  same(read, vector.frame);
}

const packets = read("packets");
const frames = read("frames");
for (const vector of packets) check(vector, () => checkPacket(vector));
for (const vector of frames) check(vector, () => checkFrame(vector));
console.log(`${packets.length + frames.length} vectors, ${disagreements} disagreements`);
process.exitCode = disagreements ? 1 : 0;
