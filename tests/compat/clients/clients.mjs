// Calls the clients for Node and prints what they return.
import dns from "node:dns";
import { Author, Blog, CheckResult, Client, Comment } from "@cedx/akismet";
import akismetApi from "akismet-api";
import axios from "axios";
import googleapis from "googleapis-common";
import OpenAI from "openai";
import Perspective from "perspective-api-client";

const [url, key] = process.argv.slice(2);
const here = new URL(url);
const blog = "https://blog.example";
const ham = "Thank you, the bread turned out well.";
const blatant = "Buy cheap pills now! Forbidden-word.";

// akismet-api puts the key in front of the host
const lookUp = dns.lookup;
dns.lookup = (host, options, answer) => lookUp("127.0.0.1", options, answer);
const old = new akismetApi.AkismetClient({ key, blog, host: `rest.akismet.com:${here.port}`, protocol: "http" });
const who = { ip: "192.0.2.7", useragent: "Mozilla/5.0", email: "rita@reader.example", name: "Rita" };
const oldResults = {
  "right key": await old.verifyKey(),
  "ham": await old.checkSpam({ ...who, content: ham }),
  "test author": await old.checkSpam({ ...who, content: "A word.", name: "viagra-test-123" }),
  "honeypot": await old.checkSpam({ ...who, content: "Another word.", honeypot: "filled" }),
};
await old.submitSpam({ ...who, content: ham });

const author = (name) => new Author({ ipAddress: "192.0.2.8", userAgent: "Mozilla/5.0", name });
const current = new Client(key, new Blog({ url: blog }), { baseUrl: url });
const names = Object.fromEntries(Object.entries(CheckResult).map(([name, value]) => [value, name]));
const check = async (content, name = "Ben") =>
  names[await current.checkComment(new Comment({ author: author(name), content }))];
const currentResults = {
  "right key": await current.verifyKey(),
  "wrong key": await new Client("0123456789ab", new Blog({ url: blog }), { baseUrl: url }).verifyKey(),
  "ham": await check("The crust is what I like best about it."),
  "test author": await check("A word.", "viagra-test-123"),
  "blatant": await check(blatant),
};
await current.submitHam(new Comment({ author: author("Ben"), content: "The crust is what I like best about it." }));

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env.BEARER, maxRetries: 0 });
const judged = await openai.moderations.create({ model: "omni-moderation-latest", input: ["You are a stupid idiot.", ham] });

// perspective-api-client has a fixed address
axios.interceptors.request.use((request) => ({ ...request, url: request.url.replace("https://commentanalyzer.googleapis.com", url) }));
const perspective = new Perspective({ apiKey: process.env.BEARER });
const analyzed = await perspective.analyze("You are a stupid idiot.", { attributes: ["toxicity", "insult"] });
const refused = await new Perspective({ apiKey: "wrong" }).analyze(ham).catch((error) => error.message);

// googleapis-common makes its methods from the description
const discovered = await new googleapis.Discovery().discoverAPI(`${url}/$discovery/rest?version=v1alpha1`);
const google = discovered({}).comments;
const resource = { comment: { text: "You are a stupid idiot." }, requestedAttributes: { TOXICITY: {} }, languages: ["en"] };
const scored = await google.analyze({ key: process.env.BEARER, resource });
const missing = await google.analyze({ key: process.env.BEARER, resource: { ...resource, comment: {} } }).catch((error) => error);

console.log(JSON.stringify({
  "googleapis-common": [scored.data.attributeScores.TOXICITY.summaryScore.value > 0.5, missing.status, missing.message],
  "perspective-api-client": [Object.keys(analyzed.attributeScores), analyzed.attributeScores.TOXICITY.summaryScore.value > 0.5, refused],
  "akismet-api": oldResults,
  "@cedx/akismet": currentResults,
  "openai": judged.results.map((result) => result.flagged),
}));
