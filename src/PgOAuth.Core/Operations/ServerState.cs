namespace PgOAuth.Operations;

/// <summary>What a server connection is at.</summary>
public enum ServerState
{
    /// <summary>It is being made.</summary>
    Login,

    /// <summary>It can be given out at once.</summary>
    Idle,

    /// <summary>It is reset or checked before it can be given out.</summary>
    Used,

    /// <summary>A client has it.</summary>
    Active,
}
