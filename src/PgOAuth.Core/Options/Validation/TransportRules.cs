using PgOAuth.Transport;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 6: <c>Transport</c>.</summary>
internal static class TransportRules
{
    internal static void Check(TransportOptions transport, OptionMistakes mistakes)
    {
        mistakes.CheckDefined("Transport:Kind", transport.Kind);
        mistakes.CheckRange("Transport:Loops", transport.Loops, 0, 1_024);
        if (transport.Kind == TransportKind.Loop && !TransportFactory.HasLoops)
        {
            mistakes.Add("Transport:Kind", "Loop needs Linux on x64 or Arm64; Auto takes what the system has.");
        }
    }
}
