namespace PgOAuth.Protocol.Backend;

/// <summary>NegotiateProtocolVersion: the newest version the server speaks, and the protocol options it does not know.</summary>
internal static class NegotiateProtocolVersion
{
    /// <param name="output">Where to.</param>
    /// <param name="version">The whole version, major in the upper half, as PostgreSQL 18 sends it.</param>
    /// <param name="unrecognized">Every <c>_pq_.*</c> the client sent; libpq checks the list.</param>
    internal static void Write(MessageWriter output, int version, IReadOnlyList<string> unrecognized)
    {
        output.BeginMessage(MessageTypes.Backend.NegotiateProtocolVersion);
        output.WriteInt32(version);
        output.WriteInt32(unrecognized.Count);
        foreach (var name in unrecognized)
        {
            output.WriteCString(name);
        }

        output.EndMessage();
    }
}
