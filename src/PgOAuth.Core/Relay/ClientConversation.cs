namespace PgOAuth.Relay;

/// <summary>Stage 6: what the proxy knows of the conversation with one client. Costs next to nothing until something is known.</summary>
internal sealed class ClientConversation
{
    private DenialMarker? _marker;

    internal ClientConversation(DenialMarker? marker = null) => _marker = marker;

    /// <summary>The secret by which denials come back; see <see cref="DenialMarker"/>.</summary>
    internal DenialMarker Marker => _marker ??= new DenialMarker();
}
