// docxtemplater as a contender: reads how many documents to make, a line each time, and answers with the seconds.
import fs from "node:fs";
import { createRequire } from "node:module";
import readline from "node:readline";

const [modules, template, data, target] = process.argv.slice(2);
const require = createRequire(modules + "/");
const PizZip = require("pizzip");
const Docxtemplater = require("docxtemplater");
const source = fs.readFileSync(template);

function fill() {
  const document = new Docxtemplater(new PizZip(source), { delimiters: { start: "{{", end: "}}" } });
  document.render(JSON.parse(fs.readFileSync(data, "utf-8")));
  fs.writeFileSync(target, document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" }));
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const started = process.hrtime.bigint();
  for (let n = 0; n < Number(line); n++) fill();
  console.log(Number(process.hrtime.bigint() - started) / 1e9);
}
