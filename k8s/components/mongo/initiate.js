// Makes one replica set of the members, and a user for each service from the service's own URL,
// whose database is named after the service.  Everything here may be repeated.

const fs = require("fs");

const SET = "boxoffice";
const SERVICES = ["auth", "tickets", "orders", "payments"];
const NOT_YET_INITIALIZED = 94;
const USER_EXISTS = 51003;

const count = Number(process.env.MEMBERS);
const members = Array.from({ length: count }, (_, n) => `mongo-${n}.mongo:27017`);

// Whoever holds the key file is a member of the set, and may say so as the user __system.
const key = encodeURIComponent(fs.readFileSync("/secret/keyfile", "utf8").replace(/\s/g, ""));
const url = (hosts, options) => `mongodb://__system:${key}@${hosts}/?authSource=local&${options}`;

function initiate() {
  const admin = connect(url(members[0], "directConnection=true")).getSiblingDB("admin");
  try {
    admin.runCommand({ replSetGetStatus: 1 });
  } catch (error) {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
    const list = members.map((host, _id) => ({ _id, host }));
    admin.runCommand({ replSetInitiate: { _id: SET, members: list } });
    print(`initiated ${members.join(", ")}`);
  }
}

function grant(shop, service) {
  // A URL with several hosts is more than the class URL can read.
  const said = /^mongodb:\/\/([^:@]+):([^@]+)@/.exec(fs.readFileSync(`/secret/${service}`, "utf8"));
  if (!said) throw new Error(`the secret mongo has no user and password in its key ${service}`);
  const [name, pwd] = said.slice(1).map(decodeURIComponent);
  const database = shop.getSiblingDB(service);
  const user = { pwd, roles: [{ role: "readWrite", db: service }] };
  try {
    database.runCommand({ createUser: name, ...user });
  } catch (error) {
    if (error.code !== USER_EXISTS) throw error;
    database.runCommand({ updateUser: name, ...user });
  }
}

initiate();
const shop = connect(url(members.join(","), `replicaSet=${SET}&w=majority`));
for (const service of SERVICES) grant(shop, service);
print(`${SERVICES.length} users may write, each to a database of its own`);
