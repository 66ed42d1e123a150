namespace PgOAuth.Protocol.Backend;

/// <summary>BackendKeyData: what a client needs to cancel. The proxy always gives its own, never the server's (A33).</summary>
internal static class BackendKeyData
{
    internal static void Write(MessageWriter output, int processId, ReadOnlySpan<byte> secret)
    {
        output.BeginMessage(MessageTypes.Backend.BackendKeyData);
        output.WriteInt32(processId);
        output.WriteBytes(secret);
        output.EndMessage();
    }
}
