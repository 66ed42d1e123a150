// A certified OpenID provider with a resource server "urn:test:postgres" and JWT access tokens, for the tests.
// Environment: OIDC_NODE_MODULES, OIDC_PORT. Lines on standard input: "keys new,old" serves those keys, first one signs.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: Provider } = await import(pathToFileURL(join(process.env.OIDC_NODE_MODULES, "oidc-provider", "lib", "index.js")));
const port = Number(process.env.OIDC_PORT);
const issuer = `http://127.0.0.1:${port}`;
const audience = "urn:test:postgres";
const known = new Map();
let jwksRequests = 0;

function key(kid) {
  if (!known.has(kid)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    known.set(kid, { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" });
  }
  return known.get(kid);
}

function client(id, scope) {
  return {
    client_id: id,
    client_secret: `${id}-secret-${id}-secret-${id}`,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    scope,
  };
}

function start(kids) {
  const provider = new Provider(issuer, {
    clients: [client("reports", "db:read"), client("loader", "db:read db:write")],
    jwks: { keys: kids.map(key) },
    scopes: ["db:read", "db:write"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "db:read db:write",
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256", kid: kids[0] } },
        }),
      },
    },
    extraTokenClaims: (_, token) => ({ groups: [token.clientId === "loader" ? "engineers" : "analysts"], sub: token.clientId }),
  });
  provider.on("server_error", (_, error) => console.error(error));
  return provider.callback();
}

let handler = start(["first"]);
const server = createServer((request, response) => {
  if (request.url === "/test/jwks-requests") {
    response.end(String(jwksRequests));
    return;
  }
  if (request.url.startsWith("/jwks")) {
    jwksRequests++;
  }
  handler(request, response);
});
server.listen(port, "127.0.0.1", () => console.log(`ready ${issuer}`));

const commands = createInterface({ input: process.stdin });
commands.on("line", (line) => {
  const [command, list] = line.split(" ");
  if (command === "keys") {
    handler = start(list.split(","));
    console.log(`serving ${list}`);
  }
});
// The end of the input is the end of the test, however that came about.
commands.on("close", () => process.exit(0));
