import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/**
 * A server that speaks MongoDB's wire protocol, as a process: `MongoWire HOST PORT [FILE]`.
 * With a file it keeps its documents there, else in memory.
 */
public class MongoWire {
    /** MongoDB 5.0; the library's own 5.0 names the wire version of 4.2, too old for drivers. */
    static class Version implements MongoVersion {
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        public int getWireVersion() {
            return 13;
        }
    }

    public static void main(String[] arguments) {
        String host = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        MongoBackend backend =
            arguments.length > 2 ? new H2Backend(arguments[2]) : new MemoryBackend();
        MongoServer server = new MongoServer(backend.version(new Version()));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(host, port);
    }
}
