namespace PgOAuth.Enforcement.Policy;

/// <summary>What a <see cref="PolicyRequest"/> asks for (stage 7).</summary>
internal enum PolicyRequestKind
{
    /// <summary>A relation, without columns.</summary>
    Relation,

    /// <summary>A relation with whatever columns it has.</summary>
    WholeRelation,

    /// <summary>One column of a relation.</summary>
    Column,

    /// <summary>A function in an expression.</summary>
    Function,

    /// <summary>A procedure, by CALL.</summary>
    Procedure,

    /// <summary>SET or RESET.</summary>
    SetSetting,

    /// <summary>SHOW.</summary>
    ShowSetting,

    /// <summary>A permission without anything that it is about.</summary>
    Wholesale,

    /// <summary>What every session does.</summary>
    SessionCommand,
}
