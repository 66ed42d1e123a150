namespace PgOAuth.Protocol.Backend;

/// <summary>The Authentication messages that the proxy sends to clients.</summary>
internal static class Authentication
{
    internal const int Ok = 0;
    internal const int CleartextPassword = 3;
    internal const int Md5Password = 5;
    internal const int Sasl = 10;
    internal const int SaslContinue = 11;
    internal const int SaslFinal = 12;

    internal static void Write(MessageWriter output, int code, ReadOnlySpan<byte> data = default)
    {
        output.BeginMessage(MessageTypes.Backend.Authentication);
        output.WriteInt32(code);
        output.WriteBytes(data);
        output.EndMessage();
    }

    /// <summary>AuthenticationSASL with a list of mechanisms.</summary>
    internal static void WriteSasl(MessageWriter output, string mechanism)
    {
        output.BeginMessage(MessageTypes.Backend.Authentication);
        output.WriteInt32(Sasl);
        output.WriteCString(mechanism);
        output.WriteByte(0);
        output.EndMessage();
    }
}
