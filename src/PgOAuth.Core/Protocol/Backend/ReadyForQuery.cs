namespace PgOAuth.Protocol.Backend;

/// <summary>ReadyForQuery: idle (<c>I</c>), in a transaction (<c>T</c>) or in a failed one (<c>E</c>).</summary>
internal static class ReadyForQuery
{
    internal const byte Idle = (byte)'I';

    internal static void Write(MessageWriter output, byte status)
    {
        output.BeginMessage(MessageTypes.Backend.ReadyForQuery);
        output.WriteByte(status);
        output.EndMessage();
    }

    internal static bool TryParse(in MessageFrame frame, out byte status)
    {
        status = frame.Body.Length == 1 ? frame.Body[0] : (byte)0;
        return status is (byte)'I' or (byte)'T' or (byte)'E';
    }
}
